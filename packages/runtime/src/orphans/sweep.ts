import path from 'node:path';
import { isAgentBrainError } from '@agent-brain/contract/errors';
import { removeFile } from '../files/index.ts';
import { type ProcessTable, type RecordedProcess, signalVerified, systemTable, waitUntilGone } from '../process/index.ts';
import { askToStop } from './ask-to-stop.ts';
import type { OrphanClass, Verdict } from './classify.ts';
import { daemonHomeOf } from './daemon-marker.ts';
import { defaultLimits, findOrphans, type FindOptions, type Judged, type Limits, lookAtLock, type OrphanPaths } from './find-orphans.ts';
import type { ProcessSuspect, Suspect } from './suspect.ts';

/** One suspect, as it is reported. */
export interface ReportedSuspect {
  /** null for a listener whose process nobody knows. */
  readonly pid: number | null;
  /** null when it has lost its entry. */
  readonly port: number | null;
  /** As its entry says, or as it claims; null when neither does. */
  readonly version: string | null;
  readonly class: OrphanClass;
  readonly reason: string;
}

export interface SweepReport {
  /** What ended it. `itself`: it was gone before anything was done. */
  readonly swept: readonly (ReportedSuspect & { readonly by: 'request' | 'SIGTERM' | 'SIGKILL' | 'itself' })[];
  readonly skipped: readonly ReportedSuspect[];
  /** `failure`: why it still runs. */
  readonly failed: readonly (ReportedSuspect & { readonly failure: string })[];
  /** Entries of processes that have ended, removed. */
  readonly cleaned: readonly string[];
  readonly duration_ms: number;
}

export interface SweepOptions extends FindOptions {
  /** Before each blow: `request`, `SIGTERM`, `SIGKILL`. For fault tests. */
  readonly onStrike?: ((pid: number, blow: Blow) => void | Promise<void>) | undefined;
}

export type Blow = 'request' | 'SIGTERM' | 'SIGKILL';

/** A daemon that ends in order has no entry and no lock in its last moments. */
const LEAVING_MS = 300;

/**
 * Ends the orphans of a home, and nobody else: each is asked by the token of its own entry, then gets SIGTERM, then
 * SIGKILL, with a second for each. Before each blow the lock is looked at again, and before each signal the identity
 * (pid, start time, boot, user, home among the arguments): a pid that was given out again and a process that has come
 * to hold the lock are left alone. All orphans at once, so that many take no longer than one: 4.7 s at most.
 *
 * @throws as {@link findOrphans}
 */
export async function sweepOrphans(paths: OrphanPaths, options: SweepOptions): Promise<SweepReport> {
  const since = performance.now();
  const found = await findOrphans(paths, options);
  const orphans = found.judged.flatMap(({ suspect, verdict }) =>
    suspect.kind === 'process' && verdict.class === 'safe_auto' ? [{ suspect, verdict }] : [],
  );
  const ends = await Promise.all(orphans.map(async (orphan) => ({ ...orphan, end: await endOrphan(orphan.suspect, paths, options) })));
  const gone = ends.flatMap(({ suspect, end }) =>
    'by' in end && suspect.entry !== undefined ? [entryFile(suspect.entry.instance_id)] : [],
  );
  for (const name of [...gone, ...found.deadEntries]) await removeFile(path.join(paths.entriesDir, name));
  return {
    swept: ends.flatMap(({ suspect, verdict, end }) => ('by' in end ? [{ ...reported({ suspect, verdict }), by: end.by }] : [])),
    skipped: found.judged.filter(({ verdict }) => verdict.class !== 'safe_auto').map(reported),
    failed: ends.flatMap(({ suspect, verdict, end }) =>
      'failure' in end ? [{ ...reported({ suspect, verdict }), failure: end.failure }] : [],
    ),
    cleaned: [...found.deadEntries],
    duration_ms: Math.round(performance.now() - since),
  };
}

/** A suspect in the words of a report. */
export function reported({ suspect, verdict }: { suspect: Suspect; verdict: Verdict } | Judged): ReportedSuspect {
  const shared = { class: verdict.class, reason: verdict.reason };
  return suspect.kind === 'listener'
    ? { pid: null, port: suspect.port, version: suspect.claims?.version ?? null, ...shared }
    : { pid: suspect.pid, port: suspect.entry?.port ?? null, version: suspect.entry?.version ?? null, ...shared };
}

const entryFile = (instanceId: string): string => `${instanceId}.json`;

type End = { by: Blow | 'itself' } | { failure: string };

async function endOrphan(suspect: ProcessSuspect, paths: OrphanPaths, options: SweepOptions): Promise<End> {
  const table = options.table ?? systemTable();
  const limits: Limits = { ...defaultLimits, ...options.limits };
  const target = recordedOf(suspect);
  const { signal } = options;
  const isGone = (timeoutMs: number): Promise<boolean> =>
    waitUntilGone(target, { timeoutMs, table, ...(signal === undefined ? {} : { signal }) });
  try {
    for (const blow of ['request', 'SIGTERM', 'SIGKILL'] as const) {
      if (await isGone(blow === 'request' && suspect.entry === undefined ? LEAVING_MS : 0)) return { by: 'itself' };
      signal?.throwIfAborted();
      await options.onStrike?.(suspect.pid, blow);
      const obstacle = await protectionOf(target, paths, table);
      if (obstacle !== undefined) return { failure: obstacle };
      const isStruck = await strike(suspect, target, blow, { home: paths.home, uid: options.uid, requestMs: limits.request, table });
      if (isStruck && (await isGone(limits.grace))) return { by: blow };
    }
    return { failure: `it still runs, ${limits.grace / 1000} s after SIGKILL` };
  } catch (error) {
    if (!isAgentBrainError(error)) throw error;
    // A signal that found another process in its place: the orphan has ended by itself.
    return (await isGone(0)) ? { by: 'itself' } : { failure: error.message };
  }
}

/**
 * The lock is looked at again before each blow. What stays open is the moment between this look and the blow; a daemon
 * that has lost its lock never takes one again, so the worst outcome is a client's retry after a start that it ended.
 */
async function protectionOf(target: RecordedProcess, { lockFile }: OrphanPaths, table: ProcessTable): Promise<string | undefined> {
  const lock = await lookAtLock(lockFile, table);
  if (lock.state === 'free') return undefined;
  if (lock.holder === undefined) return 'somebody has taken the lock of this home and no record says who';
  const isHolder = lock.holder.pid === target.pid && lock.holder.process_started_at === target.process_started_at;
  return isHolder ? 'it holds the lock of this home now' : undefined;
}

async function strike(
  { entry, answer, process: identity }: ProcessSuspect,
  target: RecordedProcess,
  blow: Blow,
  { home, uid, requestMs, table }: { home: string; uid: number | undefined; requestMs: number; table: ProcessTable },
): Promise<boolean> {
  if (blow === 'request') return entry !== undefined && answer === 'proven' && (await askToStop(entry, requestMs));
  // The home as the process names it: it may have come there through a link.
  const named = identity === 'unknown' ? undefined : daemonHomeOf(identity.argv);
  await signalVerified(target, blow, { marker: named ?? home, uid, table });
  return true;
}

function recordedOf({ process, pid, entry }: ProcessSuspect): RecordedProcess {
  const startedAt = process === 'unknown' ? entry?.process_started_at : process.startedAt;
  return { pid, process_started_at: startedAt ?? '' };
}
