import { isAgentBrainError } from '@agent-brain/contract/errors';
import { prepareStateDir } from '@agent-brain/runtime/project';
import { findInstance, type Instance, type Mode, type ProjectLocation, wantedMode } from '../discovery/index.ts';
import { bringUp, lookTime, type Verdict } from './bring-up.ts';
import { endLostDaemon } from './end-lost-daemons.ts';
import { otherModeNotes } from './other-mode.ts';
import { type Started, type StartOptions, type Times, timesOf } from './start-options.ts';
import { keepShared, startShared } from './start-shared.ts';
import { stopInstance } from './stop-instance.ts';
import { projectSubject } from './subject.ts';
import { isOlder, newerWarning, replaceIfOlder } from './versions.ts';

/**
 * What serves a project, started when nothing does: an instance of its own, or the user daemon, as it is served now,
 * else as it is configured. Whoever comes while another one starts waits for it: twenty callers at once make one
 * server and all get it.
 *
 * @throws INSTANCE_START_FAILED, INSTANCE_UNRESPONSIVE, INSTANCE_INCOMPATIBLE, SERVER_PROGRAM_MISSING, LOCK_TIMEOUT,
 *   INSTANCE_ALREADY_RUNNING, what `prepareStateDir` throws, what the server said when it gave up; the signal's reason
 */
export async function startInstance(location: ProjectLocation, options: StartOptions): Promise<Started> {
  const times = timesOf(options);
  const { found: first, notes: ended } = await lookAtProject(location, options, times);
  const mode = options.mode ?? first?.mode ?? (await wantedMode(location, options.environment)).mode;
  const notes: string[] = [...ended];
  if (first !== undefined && servesRoot(first, location)) {
    if (first.mode !== mode) notes.push(await leaveMode(first.mode, location, options));
    else if (!isOlder(first)) return mode === 'shared' ? keepShared(first, location, times) : kept(first, location, times);
  }
  if (mode === 'project') return await startOwn(location, options, times, notes);
  return await startShared(location, options, times, { wasServed: first?.mode === 'shared', notes });
}

/** @throws INSTANCE_UNRESPONSIVE */
async function lookAtProject(
  location: ProjectLocation,
  { signal }: StartOptions,
  { deadline }: Times,
): Promise<{ found: Instance | undefined; notes: readonly string[] }> {
  try {
    const found = await findInstance(location, { signal, timeoutMs: lookTime(deadline) });
    if (found.state === 'unresponsive') {
      if (found.lostHome === undefined) throw found.error;
      const { notes } = await endLostDaemon(location, found.lostHome, { signal, timeoutMs: deadline - performance.now() });
      return { found: undefined, notes };
    }
    return { found: found.state === 'running' ? found.instance : undefined, notes: [] };
  } catch (error) {
    // What a clone or a copy has brought along is set aside when the state dir is prepared, or refused there with the reason.
    if (isAgentBrainError(error) && (error.code === 'STATE_DIR_UNSAFE' || error.code === 'STATE_DIR_TAKEN'))
      return { found: undefined, notes: [] };
    throw error;
  }
}

/** Asked for by name, so the other mode ends for this project. @returns what was done */
async function leaveMode(mode: Mode, location: ProjectLocation, { signal }: StartOptions): Promise<string> {
  await stopInstance(location, { signal });
  return mode === 'shared'
    ? `The user daemon no longer serves ${location.root}.`
    : `The instance of its own that served ${location.root} was stopped.`;
}

/** A project that was moved under a running instance still has that one, which serves the place that is gone. */
const servesRoot = (instance: Instance, location: ProjectLocation): boolean => instance.projectRoot === location.root;

async function startOwn(found: ProjectLocation, options: StartOptions, times: Times, notes: readonly string[]): Promise<Started> {
  const timeoutMs = lookTime(times.deadline);
  const prepared = await prepareStateDir(found.paths, options.environment, {
    timeoutMs,
    ...(options.mode === 'project' ? { mode: 'project' } : {}),
  });
  const location = { ...found, paths: prepared.paths, warnings: [...found.warnings, ...prepared.warnings] };
  const subject = projectSubject(location, { port: options.port, mode: options.mode === 'project' ? 'project' : undefined });
  const makeRoom = async (running: Instance): Promise<Verdict> => {
    if (servesRoot(running, location)) return await replaceIfOlder(running, subject, { signal: options.signal });
    await stopInstance(location, { signal: options.signal });
    return { keep: false };
  };
  const brought = await bringUp(subject, { ...options, deadline: times.deadline }, makeRoom);
  const left = brought.started ? otherModeNotes('project', location, location.paths.projectId) : [];
  return own(brought.running, location, times, { ...brought, warnings: [...notes, ...left, ...brought.warnings] });
}

const kept = (instance: Instance, location: ProjectLocation, times: Times): Started =>
  own(instance, location, times, { started: false, replaced: undefined, warnings: [], server: undefined });

function own(
  instance: Instance,
  { root, paths, warnings }: ProjectLocation,
  { startedAt }: Times,
  how: { started: boolean; replaced: string | undefined; warnings: readonly string[]; server: Started['server'] },
): Started {
  instance.requireCompatible();
  return {
    instance,
    server: how.server,
    result: {
      started: how.started,
      registered: false,
      replaced_version: how.replaced ?? null,
      project_root: root,
      state_dir: paths.stateDir,
      log_file: paths.logFile,
      instance: instance.view(),
      warnings: [...warnings, ...how.warnings, ...newerWarning(instance, 'The instance')],
      duration_ms: Math.round(performance.now() - startedAt),
    },
  };
}
