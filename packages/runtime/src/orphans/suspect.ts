import type { DaemonRecord } from '@agent-brain/contract/instances';
import type { ProcessIdentity, RecordedProcess } from '../process/index.ts';

/**
 * What was met at a port when it was asked for its health:
 * - `proven`: the instance of a record we hold, by the token of that record.
 * - `stranger`: an answer without such a proof, whoever gave it.
 * - `silent`: somebody listens and gives no answer in time.
 * - `closed`: nobody listens.
 */
export type Answer = 'proven' | 'stranger' | 'silent' | 'closed';

export interface NamedHome {
  /** As we know it when it is ours, else as it is named. */
  readonly path: string;
  /**
   * What lies there, as the process itself sees it. A container of the same user has homes of the same names as ours
   * that are other directories. `unknown`: the system does not show what it sees.
   */
  readonly relation: 'ours' | 'other' | 'gone' | 'unknown';
}

/** A process that may be a daemon without a lock. */
export interface ProcessSuspect {
  readonly kind: 'process';
  readonly pid: number;
  /** Who has the pid now. */
  readonly process: ProcessIdentity | 'unknown';
  /** Its entry in `daemons/`; undefined when it was found by its arguments alone. */
  readonly entry: DaemonRecord | undefined;
  /** What answers at the port of its entry; undefined without one. */
  readonly answer: Answer | undefined;
  /** undefined when the system does not tell. */
  readonly ageMs: number | undefined;
  /** The home that its arguments name; undefined when they name none. */
  readonly home: NamedHome | undefined;
  /** It is seen to have held the lock of this home, whose file was removed (Linux). Such a process starts no more. */
  readonly hasLostLock: boolean;
}

/** Somebody who listens in the daemons' range and belongs to no entry. */
export interface ListenerSuspect {
  readonly kind: 'listener';
  readonly port: number;
  readonly answer: 'stranger' | 'silent';
  /** What it says of itself; proves nothing. */
  readonly claims: { readonly instanceId: string; readonly version: string } | undefined;
}

export type Suspect = ProcessSuspect | ListenerSuspect;

/** What the judgement of every suspect hangs on. */
export interface Surroundings {
  /** Absolute; whose daemons are meant. */
  readonly home: string;
  readonly uid: number;
  /** The process that looks. */
  readonly selfPid: number;
  /** `holder` is undefined when no record says who holds it, or the one it names has ended. */
  readonly lock: { readonly state: 'free' } | { readonly state: 'held'; readonly holder: RecordedProcess | undefined };
  /** An entry was written by a version whose records we cannot read: a process without an entry may be that one. */
  readonly hasUnreadableEntries: boolean;
  /** Version of the program that looks. */
  readonly version: string;
  /** A process without an entry that is younger may still be starting. */
  readonly settledAfterMs: number;
}
