import type { Job } from '@agent-brain/contract/jobs';
import { afterEach, expect, test } from 'vitest';
import { type AnsweringServer, answeringServer, answerJson } from './answering-server.ts';
import { ApiClient, waitForJob } from './index.ts';

let server: AnsweringServer;
afterEach(() => server.close());

const answerStates = async (states: Job['status'][]): Promise<ApiClient> => {
  server = await answeringServer((_, response) => {
    answerJson(response, 200, { id: 'job_0', status: states[Math.min(server.seen.length, states.length) - 1] });
  });
  return new ApiClient({ baseUrl: server.baseUrl });
};

test.each(['completed', 'failed', 'cancelled'] as const)('follows a job until it is %s and reports every state on the way', async (end) => {
  const client = await answerStates(['queued', 'running', end]);
  const seen: string[] = [];
  const job = await waitForJob(client, 'job_0', { onProgress: ({ status }) => seen.push(status), intervalMs: 1 });
  expect(job.status).toBe(end);
  expect(seen).toEqual(['queued', 'running', end]);
});

test('stops waiting with the reason of the signal and leaves the job alone', async () => {
  const client = await answerStates(['running']);
  const controller = new AbortController();
  const waiting = waitForJob(client, 'job_0', { signal: controller.signal, onProgress: () => controller.abort(new Error('interrupted')) });
  await expect(waiting).rejects.toThrow('interrupted');
  expect(server.seen.every(({ method }) => method === 'GET')).toBe(true);
});
