import { setTimeout as sleep } from 'node:timers/promises';
import type { Job } from '@agent-brain/contract/jobs';
import type { Status } from '@agent-brain/contract/status';
import { submit, tell } from './job-tools.ts';
import type { ToolCall } from './tool-call.ts';

/** A small project is indexed to its end in this time; of a large one something is committed. */
const COMMIT_WAIT_MS = 3_000;
/** Counting the files of a very large project may take longer than that; an answer without anything helps nobody. */
const LONGEST_WAIT_MS = 10_000;
const LOOK_MS = 100;

/** What an answer must say about its completeness. */
export interface Readiness {
  /** The run that goes on. */
  readonly running: Job | undefined;
  readonly warnings: readonly string[];
}

/**
 * Makes sure that there is something to ask: a project that was never indexed is indexed now, and the answer waits a
 * moment for what is committed first.
 */
export async function makeReady(call: ToolCall): Promise<Readiness> {
  const status = await look(call);
  if (status.index.state === 'rebuilding' && status.total_documents === 0) return { running: await waitForRenewal(call), warnings: [] };
  if (!isUntouched(status) || status.total_documents > 0) return { running: await runningJob(status, call), warnings: [] };
  const id = status.running_job_id ?? (await firstJob(status, call));
  if (typeof id !== 'string') return { running: undefined, warnings: id.warnings };
  return { running: await waitForFirstCommits(id, call), warnings: [] };
}

const look = ({ connection, signal }: ToolCall): Promise<Status> => connection.call('status', { query: connection.scope }, { signal });

/** Nothing was ever indexed to the end. */
const isUntouched = ({ last_indexed_at, index }: Status): boolean => last_indexed_at === null && index.state !== 'corrupt';

async function runningJob({ running_job_id }: Status, call: ToolCall): Promise<Job | undefined> {
  return running_job_id === null ? undefined : await jobOf(running_job_id, call);
}

const jobOf = (id: string, { connection, signal }: ToolCall): Promise<Job> =>
  connection.call('job', { params: { id }, query: connection.scope }, { signal });

/** A run that failed or that somebody cancelled is not begun again behind their back. */
async function firstJob({ queued_jobs_count }: Status, call: ToolCall): Promise<string | { readonly warnings: string[] }> {
  const { connection, signal } = call;
  const { jobs } = await connection.call('jobs', { query: { ...connection.scope, limit: 1 } }, { signal });
  const [last] = jobs;
  if (queued_jobs_count > 0 && last !== undefined) return last.id;
  if (last !== undefined && (last.status === 'failed' || last.status === 'cancelled')) {
    const why = last.error === null ? `was ${last.status}` : `ended with ${last.error.code}: ${last.error.message}`;
    return { warnings: [`nothing is indexed: the last run (${last.id}) ${why}. index_folder begins another.`] };
  }
  return (await submit({ folder_path: '.', ...connection.scope }, call)).id;
}

/** What an earlier version left is made anew by the instance itself, for the folders that it had. @returns the job while it goes on */
async function waitForRenewal(call: ToolCall): Promise<Job | undefined> {
  const begunAt = performance.now();
  for (;;) {
    const status = await look(call);
    const waitedMs = performance.now() - begunAt;
    const isEnough = waitedMs >= LONGEST_WAIT_MS || (waitedMs >= COMMIT_WAIT_MS && status.total_documents > 0);
    if (status.index.state !== 'rebuilding' || isEnough) return await runningJob(status, call);
    await sleep(LOOK_MS, undefined, { signal: call.signal });
  }
}

/** @returns the job while it goes on */
async function waitForFirstCommits(id: string, call: ToolCall): Promise<Job | undefined> {
  const begunAt = performance.now();
  for (;;) {
    const [job, status] = await Promise.all([jobOf(id, call), look(call)]);
    if (job.completed_at !== null) return undefined;
    tell(job, call);
    const waitedMs = performance.now() - begunAt;
    if (waitedMs >= LONGEST_WAIT_MS || (waitedMs >= COMMIT_WAIT_MS && status.total_documents > 0)) return job;
    await sleep(LOOK_MS, undefined, { signal: call.signal });
  }
}
