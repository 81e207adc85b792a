import { AgentBrainError, catalogue, type ErrorCode, isAgentBrainError } from '@agent-brain/contract/errors';
import type { Job } from '@agent-brain/contract/jobs';

/** @throws the error of a job that did not complete, with `data.job_id` */
export function requireCompleted(job: Job): Job {
  if (job.status === 'completed') return job;
  const code = job.error?.code ?? (job.status === 'cancelled' ? 'JOB_CANCELLED' : 'JOB_FAILED');
  const known: ErrorCode = Object.hasOwn(catalogue, code) ? (code as ErrorCode) : 'JOB_FAILED';
  throw new AgentBrainError(known, job.error?.message ?? `The job ${job.id} was cancelled`, { data: { job_id: job.id } });
}

/** The id of the job that does the same already (docs/design/jobs.md#service-and-worker); undefined for every other error. */
export function sameJobOf(error: unknown): string | undefined {
  const isSame = isAgentBrainError(error) && error.code === 'JOB_DUPLICATE' && error.data?.['options_differ'] === false;
  const id = isSame ? error.data?.['job_id'] : undefined;
  return typeof id === 'string' ? id : undefined;
}
