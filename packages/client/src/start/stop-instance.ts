import type { StopResult } from '@agent-brain/contract/commands';
import { isAgentBrainError } from '@agent-brain/contract/errors';
import { findInstance, type Instance, type ProjectLocation } from '../discovery/index.ts';
import { endLostDaemon } from './end-lost-daemons.ts';
import { endLostInstance } from './end-lost-instance.ts';
import { sayingWhatFor, stopProcess, type StopOptions } from './stop-process.ts';
import { projectSubject } from './subject.ts';

export interface StopInstanceOptions extends StopOptions {
  /** Shared mode: remove the index of the project as well. */
  readonly purge?: boolean | undefined;
}

/** As long as discovery waits for a sign of life. */
const proofTimeoutMs = 10_000;
/** The daemon lets a job of the project end, for up to ten seconds. */
const unregisterTimeoutMs = 20_000;

/**
 * Ends the serving of a project: its own instance is stopped, and is gone when this returns; the user daemon goes on
 * without the project.
 *
 * @throws INSTANCE_UNRESPONSIVE it does not end (without `force`), PROCESS_NOT_VERIFIED, what a call throws; the
 *   signal's reason
 */
export function stopInstance(location: ProjectLocation, options: StopInstanceOptions = {}): Promise<StopResult> {
  const { name } = projectSubject(location);
  return sayingWhatFor(name, options, () => stopServing(location, { ...options, onWait: undefined }));
}

async function stopServing(location: ProjectLocation, options: StopInstanceOptions): Promise<StopResult> {
  const startedAt = performance.now();
  const timeoutMs = Math.min(proofTimeoutMs, options.timeoutMs ?? proofTimeoutMs);
  const found = await findInstance(location, { signal: options.signal, timeoutMs });
  if (found.state === 'running' && found.instance.mode === 'shared') return await unregister(found.instance, location, options, startedAt);
  if (found.state === 'unresponsive' && found.lostHome !== undefined) {
    const { ended, notes } = await endLostDaemon(location, found.lostHome, options);
    const how = { was_running: true, pid: found.pid, method: ended[0]?.method ?? ('none' as const) };
    return { ...how, project_root: location.root, notes: [...notes], duration_ms: Math.round(performance.now() - startedAt) };
  }
  if (found.state === 'unresponsive' && found.isDaemon === true) throw found.error;
  const stopped = await stopProcess(projectSubject(location), options, { found, startedAt });
  const lost = stopped.was_running ? undefined : await endLostInstance(location, options);
  if (lost === undefined) return { ...stopped, project_root: location.root, notes: [] };
  const duration_ms = Math.round(performance.now() - startedAt);
  const notes = [`It had lost its state directory ${location.paths.stateDir}, which was removed.`];
  return { was_running: true, pid: lost, method: 'signal', duration_ms, project_root: location.root, notes };
}

async function unregister(
  instance: Instance,
  { root }: ProjectLocation,
  options: StopInstanceOptions,
  startedAt: number,
): Promise<StopResult> {
  const { signal, purge, timeoutMs = unregisterTimeoutMs } = options;
  const result = (wasServed: boolean, notes: string[]): StopResult => ({
    was_running: wasServed,
    pid: null,
    method: wasServed ? 'unregister' : 'none',
    project_root: root,
    notes,
    duration_ms: Math.round(performance.now() - startedAt),
  });
  try {
    const query = purge === true ? { purge: 'true' as const } : {};
    const removal = await instance.connect().call('projectRemove', { params: { id: instance.projectId }, query }, { signal, timeoutMs });
    return result(true, removal.purged ? [] : [`Its index stays in ${removal.storage}; \`agent-brain stop --purge\` removes it as well.`]);
  } catch (error) {
    // Somebody else was faster.
    if (isAgentBrainError(error) && error.code === 'PROJECT_UNKNOWN') return result(false, []);
    throw error;
  }
}
