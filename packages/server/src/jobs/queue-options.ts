import type { IndexStats, Job, JobStatus } from '@agent-brain/contract/jobs';
import type { IndexProgress } from '@agent-brain/search/engine';
import type { Clock } from '../clock/index.ts';
import type { JobStore } from '../job-store/index.ts';
import type { JobTurns } from './job-turns.ts';

/** The work behind a job. Rejects soon after `signal` aborts. `null`: the operation has no statistics. */
export type PerformJob = (
  job: Readonly<Job>,
  run: { signal: AbortSignal; onProgress(progress: IndexProgress): void },
) => Promise<IndexStats | null>;

export interface JobLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface JobQueueOptions {
  readonly projectId: string;
  /** Not yet open; the queue opens and closes it. */
  readonly store: JobStore;
  readonly perform: PerformJob;
  /** Jobs that may wait (`queue.max`); the running one is not counted. */
  readonly maxQueued: number;
  /** Longest run of a job (`queue.timeout_s`). */
  readonly timeoutS: number;
  readonly log: JobLog;
  readonly clock?: Clock;
  /** Shared with the queues of other projects. Default: jobs wait for those of their own project alone. */
  readonly turns?: JobTurns | undefined;
  readonly newId?: () => string;
  /** A job was submitted, started, or ended. */
  readonly onActivity?: () => void;
  readonly onEnded?: (job: Readonly<Job>) => void;
}

/** What became of a submission that was admitted. */
export interface Admission {
  readonly job: Job;
  /** 1 is next. */
  readonly position: number;
  /** Of the queue, the new job included. */
  readonly length: number;
  /** The waiting job that made room. */
  readonly replacedId?: string;
  /** Whether the disk has the job; false: it is in memory only. Never rejects. */
  readonly persisted: Promise<boolean>;
}

export interface JobFilter {
  readonly status?: JobStatus | undefined;
  readonly limit: number;
  readonly offset: number;
}

export interface QueueStats {
  readonly runningJobId: string | null;
  /** Of the running job. */
  readonly progressPercent: number | null;
  readonly queued: number;
  /** Files that the running work has found to be indexed and has not done yet. */
  readonly filesRemaining: number;
  /** Readers of the event streams. */
  readonly listeners: number;
  /** Code of why changes do not reach the disk; null when they do. */
  readonly trouble: string | null;
}
