import type { Job, JobList, JobStatus } from '@agent-brain/contract/jobs';
import type { JobFilter } from './queue-options.ts';

/** One page of a list; the counts are of all jobs. */
export function pageOf(all: readonly Job[], { status, limit, offset }: JobFilter): JobList {
  const counts: Record<JobStatus, number> = { queued: 0, running: 0, completed: 0, failed: 0, cancelled: 0 };
  for (const job of all) counts[job.status] += 1;
  const matching = status === undefined ? all : all.filter((job) => job.status === status);
  return {
    jobs: matching.slice(offset, offset + limit),
    total: matching.length,
    queued_count: counts.queued,
    running_count: counts.running,
    completed_count: counts.completed,
    failed_count: counts.failed,
    cancelled_count: counts.cancelled,
  };
}
