import { AgentBrainError } from '@agent-brain/contract/errors';
import { daemonPaths } from '@agent-brain/runtime/daemon';
import { cleanStale } from '@agent-brain/runtime/discovery';
import { probeLock, readHolder } from '@agent-brain/runtime/locks';
import { type RecordedProcess, signalVerified, waitUntilGone } from '@agent-brain/runtime/process';
import { isSilent } from './daemon-checks.ts';
import type { Facts } from './facts.ts';

/** A process that holds the lock of an instance or a daemon and gives no sign of life. */
export interface SilentHolder {
  readonly what: string;
  readonly pid: number | null;
  readonly lockFile: string;
  /** What its arguments must name, or it is not signalled. */
  readonly marker: string;
  /** Removes what it leaves. */
  readonly clean: () => Promise<unknown>;
}

/** Those that the report calls F-015 and F-102. */
export function silentHolders({ daemon, instance, location, pointerHome, record, home }: Facts): SilentHolder[] {
  const found: SilentHolder[] = [];
  if (isSilent(daemon)) {
    // The next daemon cleans: it knows the record as residue by the free lock.
    found.push({ what: 'the user daemon', pid: daemon.pid, lockFile: daemonPaths(home).lockFile, marker: home, clean: async () => {} });
  }
  if (instance.state === 'unresponsive' && location !== null && pointerHome === null && record !== 'unknown') {
    const { paths, root } = location;
    const clean = (): Promise<unknown> => cleanStale(paths);
    found.push({ what: `the instance of ${root}`, pid: instance.pid, lockFile: paths.lockFile, marker: paths.stateDir, clean });
  }
  return found;
}

/** It may still write what it has; a process that is merely stopped cannot. */
const TERM_MS = 3_000;
const KILL_MS = 5_000;

/**
 * Ends the holder of a lock: SIGTERM, then SIGKILL, each after its identity was verified (pid, start time, boot, user,
 * marker among the arguments). The lock itself is never taken from it: the kernel frees it when the process has ended.
 *
 * @returns false when nobody holds the lock any more
 * @throws PROCESS_NOT_VERIFIED, INSTANCE_UNRESPONSIVE
 */
export async function terminateHolder({ what, lockFile, marker, clean }: SilentHolder): Promise<boolean> {
  if (probeLock(lockFile) === 'free') return false;
  const holder = await readHolder(lockFile);
  if (holder.state !== 'ok') {
    throw new AgentBrainError('PROCESS_NOT_VERIFIED', `Somebody holds ${lockFile}, and no record says who — nothing was signalled`);
  }
  const target: RecordedProcess = holder.value;
  for (const [signal, timeoutMs] of [
    ['SIGTERM', TERM_MS],
    ['SIGKILL', KILL_MS],
  ] as const) {
    await signalVerified(target, signal, { marker });
    if (!(await waitUntilGone(target, { timeoutMs }))) continue;
    await clean();
    return true;
  }
  throw new AgentBrainError('INSTANCE_UNRESPONSIVE', `Process ${target.pid}, ${what}, still runs ${KILL_MS / 1000} s after SIGKILL`, {
    data: { pid: target.pid },
  });
}
