import { sameJobOf } from '@agent-brain/client/api';
import { AgentBrainError, isAgentBrainError } from '@agent-brain/contract/errors';
import type { RouteInput } from '@agent-brain/contract/routes';
import type { Job } from '@agent-brain/contract/jobs';
import { asBrief, describeJob, howFar } from './job-brief.ts';
import type { ToolCall, ToolHandler } from './tool-call.ts';

export const indexFolder: ToolHandler<'index_folder'> = async ({ wait_s, confirm, ...request }, call) => {
  const { id, wasRunning, warnings } = await submit({ ...request, ...call.connection.scope }, call, { confirm });
  const job = asBrief(await waitFor(id, wait_s, call));
  const note = wasRunning ? '\nIt was queued or running already; this call started nothing new.' : '';
  return {
    structured: { job, was_running: wasRunning, ...(warnings === undefined ? {} : { warnings }) },
    text: [`${describeJob(job)}${note}${howToFollow(job.status)}`, ...(warnings ?? [])].join('\n'),
  };
};

export const jobStatus: ToolHandler<'job_status'> = async ({ job_id, wait_s }, call) => {
  const job = asBrief(await waitFor(job_id, wait_s, call));
  return { structured: { job }, text: describeJob(job) };
};

export const cancelJob: ToolHandler<'cancel_job'> = async ({ job_id, force }, { connection, signal }) => {
  const query = { ...connection.scope, ...(force ? { force: 'true' as const } : {}) };
  const job = asBrief(await connection.call('jobCancel', { params: { id: job_id }, query }, { signal }));
  return { structured: { job }, text: describeJob(job) };
};

export const listJobs: ToolHandler<'list_jobs'> = async ({ status, limit }, { connection, signal }) => {
  const query = { ...connection.scope, limit, ...(status === undefined ? {} : { status }) };
  const { jobs, total, queued_count, running_count } = await connection.call('jobs', { query }, { signal });
  const briefs = jobs.map(asBrief);
  const more = total > briefs.length ? [`(${briefs.length} of ${total})`] : [];
  return {
    structured: { jobs: briefs, total, queued_count, running_count },
    text: briefs.length === 0 ? 'No jobs.' : [...briefs.map(describeJob), ...more].join('\n'),
  };
};

/** A job for the folder: a new one, or the one that does the same already. */
export async function submit(
  body: NonNullable<RouteInput<'index'>['body']>,
  { connection, signal }: ToolCall,
  { confirm = false }: { confirm?: boolean } = {},
): Promise<{ id: string; wasRunning: boolean; warnings?: string[] | undefined }> {
  try {
    const query = confirm ? { confirm: 'true' as const } : {};
    const { job_id: id, warnings } = await connection.call('index', { body, query }, { signal });
    return { id, wasRunning: false, warnings };
  } catch (error) {
    const id = sameJobOf(error);
    if (id === undefined) throw forAgent(error);
    return { id, wasRunning: true };
  }
}

/** What lies outside the project is not an agent's to index. */
function forAgent(error: unknown): unknown {
  if (!isAgentBrainError(error) || error.code !== 'FOLDER_OUTSIDE_PROJECT') return error;
  return new AgentBrainError(error.code, error.message, {
    hint: 'Only the user may do that: `agent-brain index DIR --allow-external`.',
    cause: error,
  });
}

/** The job at its end, or as it stands when the time is over. */
async function waitFor(id: string, waitS: number, call: ToolCall): Promise<Job> {
  const { connection, signal } = call;
  if (waitS > 0) {
    const time = AbortSignal.timeout(waitS * 1000);
    try {
      return await connection.follow(id, { signal: AbortSignal.any([signal, time]), onProgress: (job) => tell(job, call) });
    } catch (error) {
      if (!time.aborted || signal.aborted) throw error;
    }
  }
  return await connection.call('job', { params: { id }, query: connection.scope }, { signal });
}

export function tell(job: Job, { onProgress }: ToolCall): void {
  const { files_done, files_total } = job.progress;
  onProgress({ done: files_done, total: files_total === 0 ? undefined : files_total, message: `${job.status}: ${howFar(asBrief(job))}` });
}

const howToFollow = (status: Job['status']): string =>
  status === 'queued' || status === 'running' ? '\nIt goes on by itself; job_status with wait_s waits for the end.' : '';
