import { type ErrorCode, isAgentBrainError } from '@agent-brain/contract/errors';
import type { Job } from '@agent-brain/contract/jobs';
import type { ApiClient } from './api-client.ts';
import { followEvents, pause } from './follow-events.ts';

export interface WaitForJobOptions {
  readonly signal?: AbortSignal;
  /** Called with every state that was seen, the last one included. */
  readonly onProgress?: (job: Job) => void;
  /** Longest pause between two looks, where there are no events. */
  readonly intervalMs?: number;
}

/** An older instance, or one that has too many readers: looking again and again works as well. */
const withoutEvents: readonly ErrorCode[] = ['ROUTE_UNKNOWN', 'STREAMS_EXHAUSTED'];

/**
 * Follows a job to its end, whatever the end is: the caller judges `status`.
 * @throws JOB_UNKNOWN; what a call throws; the signal's reason (the job goes on)
 */
export async function waitForJob(client: ApiClient, id: string, options: WaitForJobOptions = {}): Promise<Job> {
  try {
    for await (const { job } of followEvents(client, 'jobEvents', { params: { id } }, options)) options.onProgress?.(job);
  } catch (error) {
    if (!isAgentBrainError(error) || !withoutEvents.includes(error.code)) throw error;
  }
  // The last event has the job in brief.
  return await pollJob(client, id, options);
}

/** Looks often at first, so that a small job does not wait for its answer, then at the interval. */
async function pollJob(client: ApiClient, id: string, options: WaitForJobOptions): Promise<Job> {
  const longestMs = options.intervalMs ?? 250;
  for (let pauseMs = 20; ; pauseMs = Math.min(pauseMs * 1.5, longestMs)) {
    const job = await client.call('job', { params: { id } }, { signal: options.signal });
    options.onProgress?.(job);
    if (job.status !== 'queued' && job.status !== 'running') return job;
    await pause(pauseMs, options.signal);
  }
}
