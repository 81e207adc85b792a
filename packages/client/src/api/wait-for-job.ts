import type { Job } from '@agent-brain/contract/jobs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiClient } from './api-client.ts';

export interface WaitForJobOptions {
  readonly signal?: AbortSignal;
  /** Called with every state that was seen, the last one included. */
  readonly onProgress?: (job: Job) => void;
  /** Longest pause between two looks. */
  readonly intervalMs?: number;
}

/**
 * Follows a job to its end, whatever the end is: the caller judges `status`.
 * Looks often at first, so that a small job does not wait for its answer, then at the interval.
 * @throws JOB_UNKNOWN; what a call throws; the signal's reason (the job goes on)
 */
export async function waitForJob(client: ApiClient, id: string, options: WaitForJobOptions = {}): Promise<Job> {
  const longestMs = options.intervalMs ?? 250;
  for (let pauseMs = 20; ; pauseMs = Math.min(pauseMs * 1.5, longestMs)) {
    const job = await client.call('job', { params: { id }, query: {} }, { signal: options.signal });
    options.onProgress?.(job);
    if (job.status !== 'queued' && job.status !== 'running') return job;
    await pause(pauseMs, options.signal);
  }
}

/** The reason of the signal, not the timer's own AbortError, is what callers compare with. */
async function pause(durationMs: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await sleep(durationMs, undefined, { signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}
