import { AgentBrainError, isAgentBrainError } from '@agent-brain/contract/errors';
import type { Job } from '@agent-brain/contract/jobs';
import { type JobSubmission, optionsDiffer } from './job-record.ts';

const DEFAULT_RETRY_AFTER_S = 5;

export const queueClosed = (): AgentBrainError => new AgentBrainError('SHUTTING_DOWN', 'No job is accepted — this instance is stopping');

/** Whatever a work threw, in words that a record may carry. */
export const asJobError = (job: Job, thrown: unknown): AgentBrainError =>
  isAgentBrainError(thrown) ? thrown : new AgentBrainError('JOB_FAILED', `${job.id} ended with an unexpected error`, { cause: thrown });

export const jobUnknown = (id: string): AgentBrainError =>
  new AgentBrainError('JOB_UNKNOWN', `There is no job ${JSON.stringify(id)}`, { data: { job_id: id } });

export const jobRunning = (job: Job): AgentBrainError =>
  new AgentBrainError('JOB_RUNNING', `${job.id} is running (${job.progress_percent} %) and was not cancelled`, {
    data: { job_id: job.id },
  });

export const jobFinished = (job: Job): AgentBrainError =>
  new AgentBrainError('JOB_FINISHED', `${job.id} cannot be cancelled — it has already ended (${job.status})`, {
    data: { job_id: job.id, status: job.status },
  });

export function jobDuplicate(existing: Job, submission: JobSubmission): AgentBrainError {
  const differ = optionsDiffer(existing, submission);
  const { operation, folder } = submission;
  const what = operation === 'reset' ? 'Clearing the index' : operation === 'repair' ? 'Repairing the index' : `Indexing ${folder}`;
  return new AgentBrainError(
    'JOB_DUPLICATE',
    `${what} is already ${existing.status} as ${existing.id}${differ ? ', with other options' : ''}`,
    {
      hint: duplicateHint(existing, differ),
      data: { job_id: existing.id, status: existing.status, options_differ: differ },
    },
  );
}

function duplicateHint({ id, status }: Job, differ: boolean): string {
  if (!differ) return `\`agent-brain jobs ${id} --watch\` follows it.`;
  return status === 'queued'
    ? 'Replace it: `--replace` (command line) or `?replace=true` (HTTP).'
    : `Wait for the end of ${id}, or cancel it, then submit again.`;
}

/** @param etaS seconds until the running job ends, when that is known */
export const queueFull = (queued: number, max: number, etaS: number | undefined): AgentBrainError =>
  new AgentBrainError('QUEUE_FULL', `${queued} jobs are waiting, which is the limit (queue.max = ${max})`, {
    retryAfterS: Math.max(1, Math.ceil(etaS ?? DEFAULT_RETRY_AFTER_S)),
    data: { queued, max },
  });
