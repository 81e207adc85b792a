import type { IndexRequestInput, Job } from '@agent-brain/contract/jobs';
import type { ApiClient } from './api-client.ts';
import { requireCompleted, sameJobOf } from './judge-job.ts';
import { waitForJob, type WaitForJobOptions } from './wait-for-job.ts';

export interface IndexAndWaitOptions extends WaitForJobOptions {
  /** Remove nothing from the index, not even files that are gone. */
  readonly add?: boolean | undefined;
  /** Take the place of a job of the same folder that still waits. */
  readonly replace?: boolean | undefined;
}

/**
 * Indexes a folder and follows the job to its end. When the same is waiting or running already, that job is followed.
 * @throws the error of a job that did not complete; JOB_DUPLICATE, with other options; QUEUE_FULL, what a call throws;
 *   the signal's reason (the job goes on)
 */
export async function indexAndWait(client: ApiClient, body: IndexRequestInput, options: IndexAndWaitOptions = {}): Promise<Job> {
  const { signal, replace, add } = options;
  const query = replace === true ? { replace: 'true' as const } : {};
  const id = await client.call(add === true ? 'indexAdd' : 'index', { body, query }, { signal }).then(
    (accepted) => accepted.job_id,
    (error: unknown) => {
      const same = sameJobOf(error);
      if (same === undefined) throw error;
      return same;
    },
  );
  return requireCompleted(await waitForJob(client, id, options));
}
