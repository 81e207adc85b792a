import path from 'node:path';
import type { DaemonRecord } from '@agent-brain/contract/instances';
import { PRODUCT_VERSION } from '@agent-brain/contract/version';
import { type DaemonPaths, readDaemonEntries } from '../daemon/index.ts';
import { askHealth, healthProof, instanceAddress, isProofRight, newNonce } from '../discovery/index.ts';
import { holdsRemovedLock, probeLock, readHolder } from '../locks/index.ts';
import {
  identifyProcess,
  isSameProcess,
  type ListedProcess,
  listProcesses,
  type ProcessTable,
  systemTable,
  UNKNOWN_START,
} from '../process/index.ts';
import { classify, type Verdict } from './classify.ts';
import { daemonHomeOf } from './daemon-marker.ts';
import { namedHome } from './named-home.ts';
import { type PortRange, type ScanAnswer, scanRange } from './scan-range.ts';
import type { Answer, ListenerSuspect, ProcessSuspect, Surroundings, Suspect } from './suspect.ts';

/** What a look for orphans needs of a home. */
export type OrphanPaths = Pick<DaemonPaths, 'home' | 'lockFile' | 'entriesDir'>;

export interface FindOptions {
  readonly range: PortRange;
  /** Default: the user of this process. */
  readonly uid?: number | undefined;
  /** Default: the table of this machine. */
  readonly table?: ProcessTable | undefined;
  readonly signal?: AbortSignal | undefined;
  /** How long a daemon may run without an entry before it counts as lost. Default 30 s: a start takes one. */
  readonly settledAfterMs?: number | undefined;
  readonly limits?: Partial<Limits> | undefined;
}

/** How long a look and a sweep wait, in milliseconds; all that a sweep of the defaults waits stays below its 5 s. */
export interface Limits {
  /** For an answer at a port of the range. Default 500 (docs/design/instances.md#orphans). */
  readonly scan: number;
  /** For the proof of an entry, and then for its owner to take the request to stop. Default 800. */
  readonly request: number;
  /** For an orphan to end, after each blow. Default 1000. */
  readonly grace: number;
}

export const defaultLimits: Limits = { scan: 500, request: 800, grace: 1_000 };

export interface Judged {
  readonly suspect: Suspect;
  readonly verdict: Verdict;
}

export interface Found {
  readonly judged: readonly Judged[];
  /** Entries whose process has ended; names of files in `entriesDir`. */
  readonly deadEntries: readonly string[];
}

const SETTLED_AFTER_MS = 30_000;

/**
 * Looks for daemons of this home that have lost their lock: by their entries, by the processes that carry the marker
 * of a daemon, and by who answers in its range of ports. Changes nothing, sends no token, takes about 0.8 s at most.
 *
 * The order of the looks matters. A process that starts takes the lock before it writes its entry, and one that ends
 * removes its entry before it gives the lock back; so processes are listed first, then entries read, then the lock
 * asked: whoever was seen as an orphan had no lock at the end of it.
 *
 * @throws AgentBrainError FILE_UNREADABLE, STATE_DIR_UNSAFE, LOCK_UNSUPPORTED; the reason of `signal`
 */
export async function findOrphans(paths: OrphanPaths, options: FindOptions): Promise<Found> {
  const { table = systemTable(), signal, range } = options;
  const limits: Limits = { ...defaultLimits, ...options.limits };
  const uid = options.uid ?? process.getuid?.() ?? -1;
  const listed = (await listProcesses(uid, table)).filter(({ argv }) => daemonHomeOf(argv) !== undefined);
  const entries = await readDaemonEntries(paths);
  const records = entries.flatMap(({ record }) => (record.state === 'ok' ? [record.value] : []));
  const alive = await livingOf(records, table);
  const nonce = newNonce();
  const [listeners, ...answers] = await Promise.all([
    scanRange(range, nonce, { timeoutMs: limits.scan, signal }),
    ...alive.map(({ entry }) => answerOf(entry, nonce, { timeoutMs: limits.request, signal })),
  ]);
  const lock = await lookAtLock(paths.lockFile, table);

  const suspects: Suspect[] = [
    ...alive.map(({ entry, identity }, index): ProcessSuspect => {
      const ageMs = listed.find(({ pid }) => pid === entry.pid)?.ageMs;
      const home = identity === 'unknown' ? undefined : namedHome(identity, paths.home);
      const hasLostLock = holdsRemovedLock(entry.pid, paths.lockFile);
      return { kind: 'process', pid: entry.pid, process: identity, entry, answer: answers[index], ageMs, home, hasLostLock };
    }),
    ...listed
      .filter((found) => !alive.some(({ entry }) => entry.pid === found.pid))
      .map((found): ProcessSuspect => withoutEntry(found, paths)),
    ...listenersOf(listeners, new Set(alive.filter((_, index) => isTaken(answers[index])).map(({ entry }) => entry.port))),
  ];
  const surroundings: Surroundings = {
    home: paths.home,
    uid,
    selfPid: process.pid,
    lock,
    hasUnreadableEntries: entries.some(({ record }) => record.state === 'unsupported_version'),
    version: PRODUCT_VERSION,
    settledAfterMs: options.settledAfterMs ?? SETTLED_AFTER_MS,
  };
  const isDead = ({ record }: (typeof entries)[number]): boolean =>
    record.state === 'corrupt' || (record.state === 'ok' && !alive.some(({ entry }) => entry === record.value));
  return {
    judged: suspects.map((suspect) => ({ suspect, verdict: classify(suspect, surroundings) })),
    // A holder whom nobody knows may live where its pid is another one (a container that shares the home): so may entries.
    deadEntries: isKnown(lock) ? entries.filter(isDead).map(({ file }) => path.basename(file)) : [],
  };
}

const isKnown = (lock: Surroundings['lock']): boolean => lock.state === 'free' || lock.holder !== undefined;

/** Of whoever answers there without the proof of the entry, nobody knows whether it is the process of the entry. */
const isTaken = (answer: Answer | undefined): boolean => answer === 'proven' || answer === 'silent';

async function answerOf(
  entry: DaemonRecord,
  nonce: string,
  asking: { timeoutMs: number; signal: AbortSignal | undefined },
): Promise<Answer> {
  const address = instanceAddress(entry);
  if (address === undefined) return 'stranger';
  const answer = await askHealth(address, nonce, asking);
  if ('met' in answer) return answer.met === 'nobody' ? 'closed' : answer.met === 'silence' ? 'silent' : 'stranger';
  const { token, instance_id, port } = entry;
  const isItself = answer.health.instance_id === instance_id;
  return isItself && isProofRight(healthProof(token, nonce, instance_id, port), answer.health.proof) ? 'proven' : 'stranger';
}

async function livingOf(
  entries: readonly DaemonRecord[],
  table: ProcessTable,
): Promise<{ entry: DaemonRecord; identity: ProcessSuspect['process'] }[]> {
  const found = await Promise.all(
    entries.map(async (entry) => {
      const identity = await identifyProcess(entry.pid, table);
      if (identity === null) return undefined;
      // Who did not know its own start time cannot be told from whoever has its pid now.
      if (identity === 'unknown' || entry.process_started_at === UNKNOWN_START) return { entry, identity: 'unknown' as const };
      return identity.startedAt === entry.process_started_at ? { entry, identity } : undefined;
    }),
  );
  return found.filter((one) => one !== undefined);
}

/** Who holds the lock, as the kernel and then the holder's record say it. */
export async function lookAtLock(lockFile: string, table: ProcessTable): Promise<Surroundings['lock']> {
  if (probeLock(lockFile) === 'free') return { state: 'free' };
  const holder = await readHolder(lockFile);
  if (holder.state !== 'ok') return { state: 'held', holder: undefined };
  const { pid, process_started_at } = holder.value;
  const sameness = await isSameProcess({ pid, process_started_at }, { table });
  const isPast = sameness === 'gone' || sameness === 'other';
  return { state: 'held', holder: isPast ? undefined : { pid, process_started_at } };
}

function withoutEntry({ ageMs, ...identity }: ListedProcess, { home, lockFile }: OrphanPaths): ProcessSuspect {
  return {
    kind: 'process',
    pid: identity.pid,
    process: identity,
    entry: undefined,
    answer: undefined,
    ageMs,
    home: namedHome(identity, home),
    hasLostLock: holdsRemovedLock(identity.pid, lockFile),
  };
}

const listenersOf = (answers: ReadonlyMap<number, ScanAnswer>, taken: ReadonlySet<number>): ListenerSuspect[] =>
  [...answers]
    .filter(([port]) => !taken.has(port))
    .toSorted(([a], [b]) => a - b)
    .map(([port, answer]) => {
      if (answer.kind !== 'answer') return { kind: 'listener', port, answer: answer.kind, claims: undefined };
      const { mode, instance_id, version } = answer.health;
      return { kind: 'listener', port, answer: 'stranger', claims: mode === 'shared' ? { instanceId: instance_id, version } : undefined };
    });
