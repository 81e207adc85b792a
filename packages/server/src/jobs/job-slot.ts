import type { Job } from '@agent-brain/contract/jobs';

/** The one job that runs, and its work, which may outlive it for a moment. */
export interface JobSlot {
  readonly job: Job;
  readonly controller: AbortController;
  readonly cancelTimeout: () => void;
  /** Ends when the work has yielded. */
  settled: Promise<void>;
  /** The job is terminal (or put back) while its work still yields. */
  released: boolean;
  indexingSinceMs?: number;
}
