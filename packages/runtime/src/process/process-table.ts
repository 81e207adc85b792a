/** What tells one process from every other one that has, had or will have its pid (docs/design/locks.md#process-identity). */
export interface ProcessIdentity {
  pid: number;
  /**
   * When it started, as the system gives it, together with the boot it started in. Opaque; compared for equality only.
   * Linux: `<boot id>:<clock ticks since boot>` (10 ms steps); macOS: `ps:<start time>` (1 s steps). A pid that is
   * given out again within one step is told apart by the argument marker only.
   */
  startedAt: string;
  /** Program and arguments. Where the system gives one line only (macOS) it is the only element. */
  argv: readonly string[];
  /** Real user id. */
  uid: number;
}

/** `null`: no process has this pid (a zombie has ended). `'unknown'`: the system does not tell; neither dead nor ours. */
export type Identified = ProcessIdentity | null | 'unknown';

/** The processes of this machine; one implementation for each way a platform has of telling about them. */
export interface ProcessTable {
  /** Never throws. */
  identify(pid: number): Promise<Identified>;
  /** The living processes of a user, as far as the system shows them; none where it does not tell. Never throws. */
  list(uid: number): Promise<readonly ListedProcess[]>;
  /** Whether a signal or a debugger keeps the process from running; false where the system does not tell. Never throws. */
  isSuspended(pid: number): Promise<boolean>;
}

export interface ListedProcess extends ProcessIdentity {
  /** How long it has run; monotonic, so that a change of the clock makes nobody older. */
  ageMs: number;
}

/** Stands in a record for a start time that the system did not tell; equal to nothing. */
export const UNKNOWN_START = 'unknown';

/** A pid that can name one process: `kill(0)`, `kill(-1)` and `kill(-n)` mean groups of them. */
export const isProcessId = (pid: number): boolean => Number.isSafeInteger(pid) && pid > 0 && pid < 2 ** 31;
