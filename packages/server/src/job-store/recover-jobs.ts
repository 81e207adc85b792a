import type { Job } from '@agent-brain/contract/jobs';
import { noProgress } from './no-progress.ts';
import type { JournalContent } from './read-journal.ts';

/** A job that took the process down with it this often is not tried again (docs/design/jobs.md#store). */
const MAX_CRASHES = 3;

export interface RecoveredJobs {
  /** In the order in which they ended. */
  readonly ended: Job[];
  /** In the order in which they will run. */
  readonly unfinished: Job[];
  /** Those whose state was changed here, and must be written. */
  readonly changed: Job[];
}

/**
 * What a new process makes of the jobs of the one before it. A stop in order leaves no job running, so
 * one that runs was in a crash: it goes back to the queue at its place, with one more attempt.
 */
export function recoverJobs(content: Pick<JournalContent, 'jobs' | 'lastLine'>, nowMs: number): RecoveredJobs {
  const changed = content.jobs.filter((job) => job.status === 'running');
  for (const job of changed) afterCrash(job, nowMs);
  const lineOf = (job: Job): number => (changed.includes(job) ? Number.POSITIVE_INFINITY : (content.lastLine.get(job.id) ?? 0));
  return {
    ended: content.jobs.filter(isEnded).sort((a, b) => lineOf(a) - lineOf(b)),
    unfinished: content.jobs.filter((job) => !isEnded(job)),
    changed,
  };
}

function afterCrash(job: Job, nowMs: number): void {
  job.attempts += 1;
  if (job.trigger === 'watch') {
    job.status = 'cancelled';
    job.completed_at = new Date(nowMs).toISOString();
    job.error = { code: 'JOB_CANCELLED', message: 'The process ended while it did this; the next one compares the folder anew' };
    return;
  }
  if (job.attempts > MAX_CRASHES) {
    job.status = 'failed';
    job.completed_at = new Date(nowMs).toISOString();
    job.error = { code: 'JOB_CRASH_LOOP', message: `The process ended ${job.attempts} times while it did this job; it is not tried again` };
    return;
  }
  Object.assign(job, { status: 'queued', started_at: null, ...noProgress(nowMs) });
}

const isEnded = (job: Job): boolean => job.status !== 'queued' && job.status !== 'running';
