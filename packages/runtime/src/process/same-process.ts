import { setTimeout as sleep } from 'node:timers/promises';
import { AgentBrainError } from '@agent-brain/contract/errors';
import { systemTable } from './identify-process.ts';
import { type ProcessIdentity, type ProcessTable, UNKNOWN_START, isProcessId } from './process-table.ts';

/** A process as a record names it (`runtime.json`, a lock's holder). */
export interface RecordedProcess {
  pid: number;
  process_started_at: string;
}

export interface Proof {
  /** An argument that the process must have, alone or as `--flag=<marker>`: what makes it one of ours (a state dir). */
  marker?: string | undefined;
  /** The user it must belong to; default: the user of this process. */
  uid?: number | undefined;
  /** Default: the table of this machine. */
  table?: ProcessTable;
}

/**
 * - `same`: the recorded process lives, is of our user and carries the marker.
 * - `gone`: no process has the pid.
 * - `other`: the pid belongs to somebody else; the recorded process is gone.
 * - `unknown`: the system does not tell. Neither dead nor ours.
 */
export type Sameness = 'same' | 'gone' | 'other' | 'unknown';

/** Whether a recorded process is the one that has its pid now. Never throws. */
export async function isSameProcess(recorded: RecordedProcess, proof: Proof = {}): Promise<Sameness> {
  const found = await (proof.table ?? systemTable()).identify(recorded.pid);
  if (found === null) return 'gone';
  if (found === 'unknown' || recorded.process_started_at === UNKNOWN_START) return 'unknown';
  if (found.startedAt !== recorded.process_started_at) return 'other';
  const uid = proof.uid ?? process.getuid?.();
  if (uid !== undefined && found.uid !== uid) return 'other';
  return proof.marker === undefined || carriesMarker(found, proof.marker) ? 'same' : 'other';
}

/** By whole arguments; joined, because macOS gives the arguments as one line. */
function carriesMarker({ argv }: ProcessIdentity, marker: string): boolean {
  const line = ` ${argv.join(' ')} `;
  return line.includes(` ${marker} `) || line.includes(`=${marker} `);
}

/**
 * Sends a signal to a recorded process, after proving that it still is that process.
 *
 * What stays open: the process could end and its pid be given out again between proof and signal — microseconds on
 * Linux, the run of `ps` on macOS. Only a pidfd would close that, which Node.js does not offer.
 *
 * @returns false when the process is gone already
 * @throws AgentBrainError PROCESS_NOT_VERIFIED: somebody else has the pid, or nobody can tell; nothing was signalled
 */
export async function signalVerified(recorded: RecordedProcess, signal: NodeJS.Signals, proof: Proof = {}): Promise<boolean> {
  const { pid } = recorded;
  if (!isProcessId(pid) || pid === 1 || pid === process.pid) throw notVerified(pid, 'it is never a process to signal');
  const sameness = await isSameProcess(recorded, proof);
  if (sameness === 'gone') return false;
  if (sameness === 'other') throw notVerified(pid, 'the pid belongs to another process now');
  if (sameness === 'unknown') throw notVerified(pid, 'the system does not tell whose pid it is');
  try {
    return process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw notVerified(pid, 'the system refused the signal', error);
  }
}

const notVerified = (pid: number, why: string, cause?: unknown): AgentBrainError =>
  new AgentBrainError('PROCESS_NOT_VERIFIED', `Will not signal process ${pid} — ${why}`, { data: { pid }, cause });

const POLL_MS = 20;

/**
 * Waits until a recorded process has ended.
 *
 * @returns false when it still runs (or nobody can tell) after `timeoutMs`, or when `signal` aborted the wait
 */
export async function waitUntilGone(
  recorded: RecordedProcess,
  options: { timeoutMs: number; signal?: AbortSignal; table?: ProcessTable },
): Promise<boolean> {
  const deadline = performance.now() + options.timeoutMs;
  for (;;) {
    const found = await (options.table ?? systemTable()).identify(recorded.pid);
    if (found === null || (found !== 'unknown' && found.startedAt !== recorded.process_started_at)) return true;
    if (performance.now() >= deadline || options.signal?.aborted) return false;
    await sleep(POLL_MS);
  }
}
