import fs from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { StopResult } from '@agent-brain/contract/commands';
import { AgentBrainError, isAgentBrainError } from '@agent-brain/contract/errors';
import { probeLock, readHolder } from '@agent-brain/runtime/locks';
import { isSameProcess, type RecordedProcess, signalVerified } from '@agent-brain/runtime/process';
import type { ProcessState, ProvenProcess } from '../discovery/index.ts';
import type { Subject } from './subject.ts';

export interface StopOptions {
  readonly signal?: AbortSignal | undefined;
  /** Until it is gone. Default 20 s: it drains for up to 10 s. */
  readonly timeoutMs?: number | undefined;
  /** SIGKILL when the time is over. */
  readonly force?: boolean | undefined;
  /** Called once, with a sentence, when it takes more than a moment: who is waited for, and how long at most. */
  readonly onWait?: ((message: string) => void) | undefined;
}

/** How a process ended. */
export type Stopped = Pick<StopResult, 'was_running' | 'pid' | 'duration_ms'> & {
  readonly method: Exclude<StopResult['method'], 'unregister'>;
};

const defaultTimeoutMs = 20_000;
/** As long as discovery waits for a sign of life. */
const proofTimeoutMs = 10_000;
/** At least, when looking for a sign of life has taken all the time. */
const graceMs = 1_000;
/** For the system to end a killed process. */
const killTimeoutMs = 5_000;
/** An idle process is gone before; whoever waits longer wants to know what for. */
const silentMs = 3_000;
/** Writing a holder record, or cleaning up, takes milliseconds; on a machine that does everything at once, longer. */
const settleMs = 5_000;

type AnySubject = Subject<ProvenProcess>;

/**
 * Stops a process and waits until it and its files are gone. It is asked first; a signal goes only to a process whose
 * identity is verified (pid, start time, user, marker among its arguments).
 *
 * @param seen as it was found, since `startedAt` (of `performance.now()`), to save looking for a sign of life a second time
 * @throws INSTANCE_UNRESPONSIVE it does not end (without `force`), PROCESS_NOT_VERIFIED; the signal's reason
 */
export function stopProcess(subject: AnySubject, options: StopOptions = {}, seen?: Seen): Promise<Stopped> {
  return sayingWhatFor(subject.name, options, () => stopFound(subject, options, seen));
}

interface Seen {
  readonly found: ProcessState<ProvenProcess>;
  readonly startedAt: number;
}

/** Calls `onWait` when the work is not done after three seconds. */
export async function sayingWhatFor<T>(name: string, options: StopOptions, work: () => Promise<T>): Promise<T> {
  const { onWait, force, timeoutMs = defaultTimeoutMs } = options;
  if (onWait === undefined || timeoutMs <= silentMs) return await work();
  const atMost = `${timeoutMs / 1000} s`;
  const timer = setTimeout(
    () => onWait(`${name} has not ended yet; waiting for ${force === true ? `${atMost}, then it is killed` : `at most ${atMost}`} …`),
    silentMs,
  );
  try {
    return await work();
  } finally {
    clearTimeout(timer);
  }
}

async function stopFound(subject: AnySubject, options: StopOptions, seen: Seen | undefined): Promise<Stopped> {
  const startedAt = seen?.startedAt ?? performance.now();
  const deadline = startedAt + (options.timeoutMs ?? defaultTimeoutMs);
  const result = (pid: number | null, method: Stopped['method']): Stopped => ({
    was_running: method !== 'none',
    pid,
    method,
    duration_ms: Math.round(performance.now() - startedAt),
  });

  const { found, target } = await findTarget(subject, { deadline, signal: options.signal, seen: seen?.found });
  if (found.state === 'stopped') {
    await subject.clean();
    return result(null, 'none');
  }
  const isAsked = found.state === 'running' && (await ask(found.instance, options.signal));
  if (!isAsked) await signalTarget(target, 'SIGTERM', subject);
  if (await isGone(target, subject, { deadline: Math.max(deadline, performance.now() + graceMs), signal: options.signal }))
    return result(target?.pid ?? null, isAsked ? 'request' : 'signal');

  if (options.force !== true) throw stillThere(target, subject, options.timeoutMs ?? defaultTimeoutMs);
  await signalTarget(target, 'SIGKILL', subject);
  if (!(await isGone(target, subject, { deadline: performance.now() + killTimeoutMs, signal: options.signal, killed: true }))) {
    throw stillThere(target, subject, killTimeoutMs);
  }
  await subject.clean();
  return result(target?.pid ?? null, 'kill');
}

/**
 * Waits until a process that has agreed to stop is gone.
 * @throws INSTANCE_UNRESPONSIVE; the signal's reason
 */
export async function waitUntilStopped(running: ProvenProcess, subject: AnySubject, options: StopOptions = {}): Promise<void> {
  const timeoutMs = options.timeoutMs ?? defaultTimeoutMs;
  const target = { pid: running.pid, process_started_at: running.processStartedAt };
  if (!(await isGone(target, subject, { deadline: performance.now() + timeoutMs, signal: options.signal })))
    throw stillThere(target, subject, timeoutMs);
}

interface Found {
  readonly found: ProcessState<ProvenProcess>;
  readonly target: RecordedProcess | undefined;
}

/**
 * The process that is meant. A lock without a living recorded holder is no instance yet, or none any more: it was
 * taken this moment, is being given back, or somebody cleans up under it.
 */
async function findTarget(
  subject: AnySubject,
  { deadline, signal, seen }: Pick<GoneWait, 'deadline' | 'signal'> & { readonly seen: ProcessState<ProvenProcess> | undefined },
): Promise<Found> {
  const settled = Math.min(deadline, performance.now() + settleMs);
  for (let before = seen; ; before = undefined) {
    const found = before ?? (await subject.find({ signal, timeoutMs: Math.min(proofTimeoutMs, deadline - performance.now()) }));
    const target = await identify(found, subject);
    if (found.state === 'stopped' || target !== undefined || performance.now() >= settled) return { found, target };
    await sleep(20);
  }
}

/** The process that is meant: by the record of a proven instance, else by the holder of the lock, while it lives. */
async function identify(found: ProcessState<ProvenProcess>, subject: AnySubject): Promise<RecordedProcess | undefined> {
  if (found.state === 'running') return { pid: found.instance.pid, process_started_at: found.instance.processStartedAt };
  const holder = await readHolder(subject.lockFile);
  if (holder.state !== 'ok') return undefined;
  const sameness = await isSameProcess(holder.value);
  return sameness === 'gone' || sameness === 'other' ? undefined : holder.value;
}

/** @returns false when it could not be asked; then a signal is the way */
async function ask(running: ProvenProcess, signal: AbortSignal | undefined): Promise<boolean> {
  try {
    await running.connect().call('shutdown', { body: { instance_id: running.instanceId } }, { signal, timeoutMs: 5_000 });
    return true;
  } catch (error) {
    signal?.throwIfAborted();
    // Somebody else has asked it: a signal on top would cut short what it still does.
    return isAgentBrainError(error) && error.code === 'SHUTTING_DOWN';
  }
}

async function signalTarget(target: RecordedProcess | undefined, signal: NodeJS.Signals, subject: AnySubject): Promise<void> {
  if (target === undefined)
    throw new AgentBrainError('PROCESS_NOT_VERIFIED', `Somebody holds ${subject.lockFile}, and no record says who — nothing was signalled`);
  await signalVerified(target, signal, { marker: subject.marker });
}

interface GoneWait {
  readonly deadline: number;
  readonly signal: AbortSignal | undefined;
  /** A killed process leaves its files. */
  readonly killed?: boolean;
}

async function isGone(target: RecordedProcess | undefined, subject: AnySubject, wait: GoneWait): Promise<boolean> {
  const files = wait.killed === true ? [] : subject.artifacts;
  for (let pauseMs = 10; performance.now() < wait.deadline; pauseMs = Math.min(pauseMs * 1.3, 100)) {
    const sameness = target === undefined ? 'gone' : await isSameProcess(target, { marker: subject.marker });
    const isEnded = sameness === 'gone' || sameness === 'other';
    if (isEnded && probeLock(subject.lockFile) === 'free') {
      if (!files.some((file) => fs.existsSync(file))) return true;
      // It crashed on its way out: nobody else will clean up.
      await subject.clean();
    } else if (isEnded && (await hasSuccessor(target, subject.lockFile))) return true;
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

function stillThere(target: RecordedProcess | undefined, { name, logFile, commands }: AnySubject, waitedMs: number): AgentBrainError {
  return new AgentBrainError(
    'INSTANCE_UNRESPONSIVE',
    `${name} has not ended within ${waitedMs / 1000} s — process ${target?.pid ?? 'unknown'} still runs`,
    {
      hint: `Look into ${logFile}; \`agent-brain ${commands.stop} --force\` kills it.`,
      data: { pid: target?.pid ?? null, log_file: logFile },
    },
  );
}
