import fs from 'node:fs';
import { AgentBrainError } from '@agent-brain/contract/errors';
import { cleanStale, discoverInstance, type Unresponsive } from '@agent-brain/runtime/discovery';
import { askDaemon } from './ask-daemon.ts';
import { followPointer } from './follow-pointer.ts';
import { Instance } from './instance.ts';
import type { FindOptions, ProcessState } from './process-state.ts';
import type { ProjectLocation } from './project-location.ts';

/** What serves a project: an instance of its own, or the user daemon. */
export type InstanceState = ProcessState<Instance>;

/**
 * The instance of a project by lock, the home's entry and proof; a pointer leads to the user daemon; what a dead one left
 * is cleaned away (docs/design/instances.md#discovery).
 * @throws STATE_DIR_TAKEN, STATE_DIR_UNSAFE, what `discoverInstance` throws; the signal's reason
 */
export async function findInstance(location: ProjectLocation, options: FindOptions = {}): Promise<InstanceState> {
  const askedAt = performance.now();
  const found = await discoverInstance(location.paths, { timeoutMs: options.timeoutMs, signal: options.signal });
  if (found.state === 'shared') {
    refuseTaken(location, found.pointer.project_root);
    return await followPointer(location, found, { timeoutMs: options.timeoutMs, signal: options.signal });
  }
  if (found.state === 'running') {
    refuseTaken(location, found.record.project_root);
    return { state: 'running', instance: new Instance(found.record, found.record, found.health, performance.now() - askedAt) };
  }
  if (found.state === 'starting' || (found.state === 'unresponsive' && found.isSettled === true)) {
    // Nobody has written the record yet, or it was damaged or replaced: the daemon may hold the lock.
    const served = await askDaemon(location, { timeoutMs: options.timeoutMs, signal: options.signal });
    if (served.state === 'running') return served;
  }
  if (found.state === 'unresponsive') {
    const silence = found.isSilent === true ? { isSilent: found.isSilent } : {};
    return { state: 'unresponsive', pid: found.pid, error: unresponsive(location, found), ...silence };
  }
  if (found.state === 'stopped' && found.staleRecord && options.readOnly !== true) await cleanQuietly(location);
  return { state: found.state };
}

/**
 * One state dir for all projects (a variable that is set for good) would answer one project from another one's index.
 * A project that was moved under its instance is no such case: nothing is where it was.
 */
function refuseTaken({ root, paths }: ProjectLocation, served: string): void {
  if (served === root) return;
  const [ours, theirs] = [root, served].map((directory) => fs.statSync(directory, { throwIfNoEntry: false }));
  // A bind mount shows one directory at two places.
  if (theirs === undefined || !theirs.isDirectory() || (theirs.ino === ours?.ino && theirs.dev === ours.dev)) return;
  throw new AgentBrainError('STATE_DIR_TAKEN', `${paths.stateDir} cannot be the state directory of ${root} — it is in use for ${served}`, {
    data: { state_dir: paths.stateDir, project_root: served },
  });
}

/** Cleaning is a favour: where it is not possible, the next start says why. */
async function cleanQuietly({ paths }: ProjectLocation): Promise<void> {
  await cleanStale(paths).catch(() => []);
}

function unresponsive({ root, paths }: ProjectLocation, { pid, reason }: Unresponsive): AgentBrainError {
  return new AgentBrainError(
    'INSTANCE_UNRESPONSIVE',
    `The instance (pid ${pid}) of ${root} holds its lock but proves nothing — ${reason}`,
    {
      hint: `Look into ${paths.logFile}; \`agent-brain stop --force\` ends the process.`,
      data: { pid, log_file: paths.logFile, reason },
    },
  );
}
