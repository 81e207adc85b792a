import type { Job } from '@agent-brain/contract/jobs';
import type { RecoveredJobs } from './recover-jobs.ts';

/** Where jobs outlive the process. The queue's own memory is what reads use; nothing here is read again. */
export interface JobStore {
  /**
   * Takes the store for this process and reads what an earlier one left. Once, before everything else.
   * @throws LOCK_TIMEOUT, FILE_UNREADABLE, STATE_DIR_UNSAFE, STATE_DIR_NOT_WRITABLE
   */
  open(): Promise<RecoveredJobs>;
  /** Keeps a job's new state. Resolves when it is decided whether the disk has it: never rejects, and the job goes on either way. */
  save(job: Readonly<Job>): Promise<boolean>;
  /** Keeps a running job's progress, now and then and without waiting for the device. */
  saveProgress(job: Readonly<Job>): void;
  /** The job's full statistics are not needed any more; what is written next is shorter. */
  shorten(job: Readonly<Job>): void;
  /** The job is too old to be kept. */
  forget(id: string): void;
  /** Whether the disk has the job's last saved state. */
  isPersisted(id: string): boolean;
  /** Why changes do not reach the disk at the moment; undefined when they do. */
  trouble(): StoreTrouble | undefined;
  /** Writes what waits, then gives the store back. Changes after that stay in memory. */
  close(): Promise<void>;
}

export interface StoreTrouble {
  readonly code: string;
  /** With paths: for the log and for callers with a token. */
  readonly message: string;
}
