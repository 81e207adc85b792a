/** What an instance sees when it looks at itself. */
export interface SelfObservation {
  /** The lock file is still the one we locked. */
  readonly lock: 'ours' | 'lost';
  /** `damaged`: ours with other content, half a file, or no record at all. `other`: another instance's. */
  readonly record: 'ours' | 'missing' | 'damaged' | 'other';
  /** What it serves is on disk. The state of a project may lie elsewhere, and then outlives it. */
  readonly served: 'there' | 'gone';
}

export type SelfDecision =
  | { readonly action: 'continue' }
  | { readonly action: 'republish'; readonly reason: string }
  | { readonly action: 'retire'; readonly reason: string };

/**
 * The holder of the lock is the one who may write the record, so it repairs whatever happened to it;
 * without the lock it goes (docs/design/instances.md#daemon-tick). A record that names another
 * instance does not make that one the holder: while the lock is ours it is a copy (of a whole project,
 * say) or a lie, even if that instance lives and could prove itself.
 */
export function decideSelf({ lock, record, served }: SelfObservation): SelfDecision {
  if (lock === 'lost') return { action: 'retire', reason: 'the lock file was removed or replaced' };
  if (served === 'gone') return { action: 'retire', reason: 'what it served was removed' };
  switch (record) {
    case 'ours':
      return { action: 'continue' };
    case 'missing':
      return { action: 'republish', reason: 'the record was missing' };
    case 'damaged':
      return { action: 'republish', reason: 'the record was damaged' };
    case 'other':
      return { action: 'republish', reason: 'the record named another instance' };
  }
}

export interface IdleObservation {
  readonly nowMs: number;
  /** Last request that used the instance, or event of a job. */
  readonly lastUseMs: number;
  /** 0: never stop. */
  readonly idleStopMinutes: number;
  readonly isBusy: boolean;
}

export const isIdleTooLong = ({ nowMs, lastUseMs, idleStopMinutes, isBusy }: IdleObservation): boolean =>
  idleStopMinutes > 0 && !isBusy && nowMs - lastUseMs >= idleStopMinutes * 60_000;
