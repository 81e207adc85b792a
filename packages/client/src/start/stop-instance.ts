import fs from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { StopResult } from '@agent-brain/contract/commands';
import { AgentBrainError, isAgentBrainError } from '@agent-brain/contract/errors';
import { cleanStale } from '@agent-brain/runtime/discovery';
import { probeLock, readHolder } from '@agent-brain/runtime/locks';
import { isSameProcess, type RecordedProcess, signalVerified } from '@agent-brain/runtime/process';
import { findInstance, type InstanceState, type ProjectLocation } from '../discovery/index.ts';

export interface StopOptions {
  readonly signal?: AbortSignal | undefined;
  /** Until it is gone. Default 20 s: it drains for up to 10 s. */
  readonly timeoutMs?: number | undefined;
  /** SIGKILL when the time is over. */
  readonly force?: boolean | undefined;
}

const defaultTimeoutMs = 20_000;
/** As long as discovery waits for a sign of life. */
const proofTimeoutMs = 10_000;
/** For the system to end a killed process. */
const killTimeoutMs = 5_000;
/** Writing a holder record, or cleaning up, takes milliseconds; on a machine that does everything at once, longer. */
const settleMs = 5_000;

/**
 * Stops the instance of a project and waits until its process and its files are gone. It is asked first; a signal goes
 * only to a process whose identity is verified (pid, start time, user, state dir among its arguments).
 *
 * @throws INSTANCE_UNRESPONSIVE it does not end (without `force`), PROCESS_NOT_VERIFIED; the signal's reason
 */
export async function stopInstance(location: ProjectLocation, options: StopOptions = {}): Promise<StopResult> {
  const startedAt = performance.now();
  const deadline = startedAt + (options.timeoutMs ?? defaultTimeoutMs);
  const result = (pid: number | null, method: StopResult['method']): StopResult => ({
    was_running: method !== 'none',
    pid,
    method,
    project_root: location.root,
    duration_ms: Math.round(performance.now() - startedAt),
  });

  const { found, target } = await findTarget(location, deadline, options.signal);
  if (found.state === 'stopped') {
    await cleanStale(location.paths);
    return result(null, 'none');
  }
  const isAsked = found.state === 'running' && (await ask(found, options.signal));
  if (!isAsked) await signalTarget(target, 'SIGTERM', location);
  if (await isGone(target, location, { deadline, signal: options.signal }))
    return result(target?.pid ?? null, isAsked ? 'request' : 'signal');

  if (options.force !== true) throw stillThere(target, location, options.timeoutMs ?? defaultTimeoutMs);
  await signalTarget(target, 'SIGKILL', location);
  if (!(await isGone(target, location, { deadline: performance.now() + killTimeoutMs, signal: options.signal, killed: true }))) {
    throw stillThere(target, location, killTimeoutMs);
  }
  await cleanStale(location.paths);
  return result(target?.pid ?? null, 'kill');
}

interface Found {
  readonly found: InstanceState;
  readonly target: RecordedProcess | undefined;
}

/**
 * The instance and its process. A lock without a living recorded holder is no instance yet, or none any more: it was
 * taken this moment, is being given back, or somebody cleans up under it.
 */
async function findTarget(location: ProjectLocation, deadline: number, signal: AbortSignal | undefined): Promise<Found> {
  const settled = Math.min(deadline, performance.now() + settleMs);
  for (;;) {
    const found = await findInstance(location, { signal, timeoutMs: Math.min(proofTimeoutMs, deadline - performance.now()) });
    const target = await identify(found, location);
    if (found.state === 'stopped' || target !== undefined || performance.now() >= settled) return { found, target };
    await sleep(20);
  }
}

/** The process that is meant: by the record of a proven instance, else by the holder of the lock, while it lives. */
async function identify(found: InstanceState, location: ProjectLocation): Promise<RecordedProcess | undefined> {
  if (found.state === 'running') return { pid: found.instance.pid, process_started_at: found.instance.processStartedAt };
  const holder = await readHolder(location.paths.lockFile);
  if (holder.state !== 'ok') return undefined;
  const sameness = await isSameProcess(holder.value);
  return sameness === 'gone' || sameness === 'other' ? undefined : holder.value;
}

/** @returns false when it could not be asked; then a signal is the way */
async function ask(found: Extract<InstanceState, { state: 'running' }>, signal: AbortSignal | undefined): Promise<boolean> {
  const { instance } = found;
  try {
    await instance.connect().call('shutdown', { body: { instance_id: instance.instanceId } }, { signal, timeoutMs: 5_000 });
    return true;
  } catch (error) {
    signal?.throwIfAborted();
    // Somebody else has asked it: a signal on top would cut short what it still does.
    return isAgentBrainError(error) && error.code === 'SHUTTING_DOWN';
  }
}

async function signalTarget(target: RecordedProcess | undefined, signal: NodeJS.Signals, location: ProjectLocation): Promise<void> {
  if (target === undefined) {
    throw new AgentBrainError(
      'PROCESS_NOT_VERIFIED',
      `Somebody holds ${location.paths.lockFile}, and no record says who — nothing was signalled`,
    );
  }
  await signalVerified(target, signal, { marker: location.paths.stateDir });
}

interface GoneWait {
  readonly deadline: number;
  readonly signal: AbortSignal | undefined;
  /** A killed process leaves its files. */
  readonly killed?: boolean;
}

async function isGone(target: RecordedProcess | undefined, { paths }: ProjectLocation, wait: GoneWait): Promise<boolean> {
  const files = wait.killed === true ? [] : [paths.runtimeFile, paths.pidFile, paths.holderFile];
  for (let pauseMs = 10; performance.now() < wait.deadline; pauseMs = Math.min(pauseMs * 1.3, 100)) {
    const sameness = target === undefined ? 'gone' : await isSameProcess(target, { marker: paths.stateDir });
    const isEnded = sameness === 'gone' || sameness === 'other';
    if (isEnded && probeLock(paths.lockFile) === 'free') {
      if (!files.some((file) => fs.existsSync(file))) return true;
      // It crashed on its way out: nobody else will clean up.
      await cleanStale({ ...paths });
    } else if (isEnded && (await hasSuccessor(target, paths.lockFile))) return true;
    await sleep(pauseMs);
    wait.signal?.throwIfAborted();
  }
  return false;
}

/** Somebody has started another one already: the lock, and what lies beside it, are that one's. */
async function hasSuccessor(target: RecordedProcess | undefined, lockFile: string): Promise<boolean> {
  const holder = await readHolder(lockFile);
  if (holder.state !== 'ok') return false;
  const { pid, process_started_at } = holder.value;
  const isTarget = pid === target?.pid && process_started_at === target.process_started_at;
  return !isTarget && (await isSameProcess(holder.value)) === 'same';
}

function stillThere(target: RecordedProcess | undefined, { root, paths }: ProjectLocation, waitedMs: number): AgentBrainError {
  return new AgentBrainError(
    'INSTANCE_UNRESPONSIVE',
    `The instance of ${root} has not ended within ${waitedMs / 1000} s — process ${target?.pid ?? 'unknown'} still runs`,
    {
      hint: `Look into ${paths.logFile}; \`agent-brain stop --force\` kills it.`,
      data: { pid: target?.pid ?? null, log_file: paths.logFile },
    },
  );
}
