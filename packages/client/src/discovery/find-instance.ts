import fs from 'node:fs';
import { AgentBrainError } from '@agent-brain/contract/errors';
import { cleanStale, discoverInstance, type Discovery } from '@agent-brain/runtime/discovery';
import { Instance } from './instance.ts';
import type { ProjectLocation } from './project-location.ts';

/** What serves a project. Only `running` can be asked; `unresponsive` holds the lock and proves nothing. */
export type InstanceState =
  | { readonly state: 'running'; readonly instance: Instance }
  | { readonly state: 'stopped' }
  | { readonly state: 'starting' }
  /** @property pid as the records name it, unverified; null when they do not */
  | { readonly state: 'unresponsive'; readonly pid: number | null; readonly error: AgentBrainError };

export interface FindOptions {
  /** How long a live holder may take to prove itself. Default 10 s. */
  readonly timeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Leave stale files where they are. */
  readonly readOnly?: boolean;
}

/**
 * The instance of a project by record, lock and proof; what a dead one left is cleaned away (contract: instances,
 * "Discovery").
 * @throws STATE_DIR_TAKEN, what `discoverInstance` throws; the signal's reason
 */
export async function findInstance(location: ProjectLocation, options: FindOptions = {}): Promise<InstanceState> {
  const askedAt = performance.now();
  const found = await discoverInstance(location.paths, { timeoutMs: options.timeoutMs, signal: options.signal });
  if (found.state === 'shared')
    throw new AgentBrainError('MODE_UNAVAILABLE', `The project is served by the shared daemon of ${found.pointer.home}`);
  if (found.state === 'running') refuseTaken(location, found.record.project_root);
  if (found.state === 'running')
    return { state: 'running', instance: new Instance(found.record, found.health, performance.now() - askedAt) };
  if (found.state === 'unresponsive') return { state: 'unresponsive', pid: found.pid ?? null, error: unresponsive(location, found) };
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

function unresponsive({ root, paths }: ProjectLocation, found: Extract<Discovery, { state: 'unresponsive' }>): AgentBrainError {
  const who = found.pid === undefined ? 'The instance' : `The instance (pid ${found.pid})`;
  return new AgentBrainError('INSTANCE_UNRESPONSIVE', `${who} of ${root} holds its lock but proves nothing — ${found.reason}`, {
    hint: `Look into ${paths.logFile}; \`agent-brain stop --force\` ends the process.`,
    data: { pid: found.pid ?? null, log_file: paths.logFile, reason: found.reason },
  });
}
