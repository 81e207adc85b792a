import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AgentBrainError } from '@agent-brain/contract/errors';
import { asWriteError } from '../files/index.ts';
import { holderAgeS, lockTimeout, removeHolder, writeHolder } from './holder.ts';
import { closeLockFile, isSameFile, openExistingLockFile, openLockFile, tryKernelLock } from './kernel-lock.ts';
import { type Turn, waitForTurn } from './waiting-line.ts';

/** Names of the task list, in its seconds; what each means is in the contract (locks, rule 4). */
export const lockDefaults = { acquire_timeout_s: 10, max_hold_s: 10, stale_after_s: 60 } as const;

export interface HoldOptions {
  /** What the lock is held for, for people: `"serve /p"`. */
  purpose: string;
  /** Whether to write `<name>.holder.json`. Default true; false saves 2 fsyncs for locks taken many times a second. */
  record?: boolean;
  /** Diagnostic only: after this time `onLongHold` is called once. Nothing is taken away. Default: no limit. */
  maxHoldMs?: number;
  onLongHold?: (hold: { file: string; purpose: string; heldMs: number }) => void;
}

export interface AcquireOptions extends HoldOptions {
  /** Longest wait. Default 10 s; 0: one attempt. */
  timeoutMs?: number;
  /** Ends the wait (not the hold) with its reason. */
  signal?: AbortSignal;
}

/** A held lock. It ends with `release`, or with the process. */
export interface FileLock {
  /** Canonical path of the lock file. */
  readonly path: string;
  /** Frees the lock; again: nothing. Never throws. */
  release(): Promise<void>;
  /**
   * For holders that live long: whether the lock still guards anything.
   *
   * @throws AgentBrainError LOCK_LOST when it was released, or its file was removed or replaced meanwhile
   */
  assertHeld(): void;
}

/** Polling starts fast for short holds and ends rare enough for twenty waiters on two cores. Measured: 0.3 s p95. */
const FIRST_WAIT_MS = 2;
const LONGEST_WAIT_MS = 25;
const WAIT_GROWTH = 1.6;

/** How long a single attempt repeats itself: a probe of another process may hold the lock shared for microseconds. */
const SINGLE_ATTEMPT_MS = 20;

/**
 * Takes the exclusive lock on `file`, which is made when missing, stays empty and is never removed. No holder is ever
 * robbed: whoever waits too long is told who is in the way. The directory must exist.
 *
 * @throws AgentBrainError LOCK_TIMEOUT (data: pid, purpose, age_s), LOCK_UNSUPPORTED, STATE_DIR_UNSAFE,
 *   STATE_DIR_NOT_WRITABLE, DISK_FULL, FILE_UNWRITABLE; the reason of `signal`
 */
export async function acquireLock(file: string, options: AcquireOptions): Promise<FileLock> {
  const asked = performance.now();
  const deadline = asked + (options.timeoutMs ?? lockDefaults.acquire_timeout_s * 1000);
  const lock = await acquireUntil(canonicalPath(file), Math.max(deadline, asked + SINGLE_ATTEMPT_MS), options);
  if (lock === undefined) throw await lockTimeout(file, performance.now() - asked);
  return lock;
}

/**
 * Takes the lock if nobody holds it.
 *
 * @returns `undefined` when it is held, by whomever
 * @throws as {@link acquireLock}, except LOCK_TIMEOUT
 */
export async function tryAcquireLock(file: string, options: HoldOptions): Promise<FileLock | undefined> {
  return await acquireUntil(canonicalPath(file), performance.now() + SINGLE_ATTEMPT_MS, options);
}

/** Runs `work` under the lock. @throws as {@link acquireLock}, and whatever `work` throws */
export async function withLock<T>(file: string, options: AcquireOptions, work: (lock: FileLock) => Promise<T>): Promise<T> {
  const lock = await acquireLock(file, options);
  try {
    return await work(lock);
  } finally {
    await lock.release();
  }
}

/**
 * Whether some process holds the lock now. Makes no file: a missing one is free.
 *
 * It asks by taking the lock shared for some microseconds. Probes do not see each other, and those who want the lock
 * try again within milliseconds, so a probe delays but never refuses them.
 *
 * @throws AgentBrainError LOCK_UNSUPPORTED, STATE_DIR_UNSAFE, FILE_UNREADABLE
 */
export function probeLock(file: string): 'free' | 'held' {
  const fd = openExistingLockFile(file);
  if (fd === undefined) return 'free';
  try {
    return tryKernelLock(file, fd, { shared: true }) ? 'free' : 'held';
  } finally {
    closeLockFile(fd);
  }
}

/**
 * Removes the record that a dead holder left, when the lock is free and the record is older than `minAgeS` seconds
 * (default 60). The task list's `force_release`: it never frees a lock that somebody holds.
 *
 * @returns whether a record was removed
 */
export async function clearResidue(file: string, options: { minAgeS?: number; now?: () => number } = {}): Promise<boolean> {
  const age = await holderAgeS(file, (options.now ?? Date.now)());
  if (age === undefined || age < (options.minAgeS ?? lockDefaults.stale_after_s)) return false;
  const lock = await tryAcquireLock(file, { purpose: 'clear residue', record: false });
  if (lock === undefined) return false;
  await removeHolder(file);
  await lock.release();
  return true;
}

/** One name for one lock, through whatever links the directory was reached. Synchronous, or callers would overtake each other here. */
function canonicalPath(file: string): string {
  const directory = path.dirname(path.resolve(file));
  try {
    return path.join(fs.realpathSync.native(directory), path.basename(file));
  } catch (error) {
    throw asWriteError(error, `lock ${file}`, file);
  }
}

async function acquireUntil(
  file: string,
  deadline: number,
  options: HoldOptions & { signal?: AbortSignal },
): Promise<FileLock | undefined> {
  options.signal?.throwIfAborted();
  const turn = await waitForTurn(file, deadline - performance.now(), options.signal);
  if (turn === undefined) return undefined;
  try {
    const fd = await pollKernelLock(file, deadline, options.signal);
    if (fd !== undefined) return await hold(file, fd, turn, options);
  } catch (error) {
    turn.leave();
    throw error;
  }
  turn.leave();
  return undefined;
}

async function pollKernelLock(file: string, deadline: number, signal: AbortSignal | undefined): Promise<number | undefined> {
  let fd: number | undefined;
  const close = (): void => {
    if (fd !== undefined) closeLockFile(fd);
    fd = undefined;
  };
  try {
    for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(waitMs * WAIT_GROWTH, LONGEST_WAIT_MS)) {
      if (fd !== undefined && !isSameFile(file, fd)) close();
      fd ??= openLockFile(file);
      // In this order: until it is locked, the file may be replaced at any moment.
      if (tryKernelLock(file, fd, { shared: false }) && isSameFile(file, fd)) return fd;
      if (performance.now() >= deadline) break;
      await sleep(waitMs * (0.5 + Math.random()), undefined, signal === undefined ? {} : { signal });
    }
  } catch (error) {
    close();
    signal?.throwIfAborted();
    throw error;
  }
  close();
  return undefined;
}

async function hold(file: string, fd: number, turn: Turn, options: HoldOptions): Promise<FileLock> {
  const { purpose, maxHoldMs, onLongHold, record = true } = options;
  const since = performance.now();
  const timer =
    maxHoldMs === undefined ? undefined : setTimeout(() => onLongHold?.({ file, purpose, heldMs: performance.now() - since }), maxHoldMs);
  timer?.unref();
  if (record) await writeHolder(file, purpose);

  let released: Promise<void> | undefined;
  const release = async (): Promise<void> => {
    clearTimeout(timer);
    // Before the lock is free, and only while it is ours: otherwise the record may be the next holder's.
    if (record && isStillOurs(file, fd)) await removeHolder(file);
    closeLockFile(fd);
    turn.leave();
  };
  return {
    path: file,
    release: () => (released ??= release()),
    assertHeld() {
      if (released !== undefined)
        throw new AgentBrainError('LOCK_LOST', `The lock ${file} is not held — it was released`, { data: { file } });
      if (isSameFile(file, fd)) return;
      throw new AgentBrainError('LOCK_LOST', `The lock ${file} guards nothing — its file was removed or replaced while it was held`, {
        data: { file },
      });
    },
  };
}

function isStillOurs(file: string, fd: number): boolean {
  try {
    return isSameFile(file, fd);
  } catch {
    return false;
  }
}
