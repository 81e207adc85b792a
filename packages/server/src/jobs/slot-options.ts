import type { IndexStats, Job } from '@agent-brain/contract/jobs';
import type { JobRun, JobRunOptions } from './job-run.ts';
import type { JobTurns } from './job-turns.ts';
import type { PerformJob } from './queue-options.ts';

/** What becomes of a job that runs, or of an interlude that is listed as one. */
export interface JobKeeper {
  began(job: Job): void;
  progressed(job: Job): void;
  completed(job: Job, stats: IndexStats | null): void;
  failed(job: Job, error: unknown): void;
  expired(run: JobRun): void;
}

export interface JobSlotOptions extends Pick<JobRunOptions, 'clock' | 'log' | 'timeoutS'> {
  readonly projectId: string;
  readonly newId: () => string;
  readonly perform: PerformJob;
  readonly turns?: JobTurns | undefined;
  readonly keeper: JobKeeper;
  /** Jobs that wait, in their order; the slot takes from its head. */
  readonly queued: () => Job[];
}
