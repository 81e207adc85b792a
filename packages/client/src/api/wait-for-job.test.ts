import type { ServerResponse } from 'node:http';
import { AgentBrainError, toProblem } from '@agent-brain/contract/errors';
import type { Job } from '@agent-brain/contract/jobs';
import { afterEach, describe, expect, test } from 'vitest';
import { type AnsweringServer, answeringServer, answerJson } from './answering-server.ts';
import { ApiClient, followEvents, waitForJob } from './index.ts';

let server: AnsweringServer;
afterEach(() => server.close());

const noEvents = toProblem(new AgentBrainError('ROUTE_UNKNOWN', 'There is nothing at this path'));
const isStream = (url: string): boolean => url.endsWith('/events');
const event = (id: number, status: Job['status']): string =>
  `id: e-${id}\nevent: ${status === 'running' ? 'progress' : status}\ndata: ${JSON.stringify({ id: 'job_0', status })}\n\n`;

/** An instance without event streams. */
const answerStates = async (states: Job['status'][]): Promise<ApiClient> => {
  let asked = 0;
  server = await answeringServer(({ url }, response) => {
    if (isStream(url)) answerJson(response, 404, noEvents);
    else answerJson(response, 200, { id: 'job_0', status: states[Math.min(asked++, states.length - 1)] });
  });
  return new ApiClient({ baseUrl: server.baseUrl });
};

/** An instance whose n-th stream is written by the n-th writer, and whose job has completed. */
const answerEvents = async (...writers: ((response: ServerResponse) => void)[]): Promise<ApiClient> => {
  let streams = 0;
  server = await answeringServer(({ url }, response) => {
    if (!isStream(url)) return answerJson(response, 200, { id: 'job_0', status: 'completed', stats: {} });
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    writers[Math.min(streams++, writers.length - 1)]?.(response);
  });
  return new ApiClient({ baseUrl: server.baseUrl, token: 'abt_0123456789abcdef0123456789abcdef' });
};

describe('without events', () => {
  test.each(['completed', 'failed', 'cancelled'] as const)(
    'follows a job until it is %s and reports every state on the way',
    async (end) => {
      const client = await answerStates(['queued', 'running', end]);
      const seen: string[] = [];
      const job = await waitForJob(client, 'job_0', { onProgress: ({ status }) => seen.push(status), intervalMs: 1 });
      expect(job.status).toBe(end);
      expect(seen).toEqual(['queued', 'running', end]);
    },
  );

  test('stops waiting with the reason of the signal and leaves the job alone', async () => {
    const client = await answerStates(['running']);
    const controller = new AbortController();
    const waiting = waitForJob(client, 'job_0', {
      signal: controller.signal,
      onProgress: () => controller.abort(new Error('interrupted')),
    });
    await expect(waiting).rejects.toThrow('interrupted');
    expect(server.seen.every(({ method }) => method === 'GET')).toBe(true);
  });
});

describe('with events', () => {
  test('reports each event, wherever the network cut it, and gives back the whole record at the end', async () => {
    const text = `retry: 2000\n\n: heartbeat\n\n${event(1, 'running')}${event(2, 'completed')}`;
    const client = await answerEvents((response) => {
      for (let offset = 0; offset < text.length; offset += 7) response.write(text.slice(offset, offset + 7));
      response.end();
    });
    const seen: string[] = [];
    await expect(waitForJob(client, 'job_0', { onProgress: ({ status }) => seen.push(status) })).resolves.toMatchObject({ stats: {} });
    expect(seen).toEqual(['running', 'completed', 'completed']);
    expect(server.seen[0]?.headers).toMatchObject({ accept: 'text/event-stream', authorization: expect.stringContaining('Bearer') });
  });

  test('goes on after the last event when the connection breaks', async () => {
    const client = await answerEvents(
      (response) => response.write(event(1, 'running'), () => response.socket?.destroy()),
      (response) => response.end(event(2, 'completed')),
    );
    const seen: (string | undefined)[] = [];
    for await (const { id } of followEvents(client, 'events', {})) seen.push(id);
    expect(seen).toEqual(['e-1', 'e-2']);
    expect(server.seen.map(({ headers }) => headers['last-event-id'])).toEqual([undefined, 'e-1']);
  });

  test('ends with the reason of the signal, also while nothing happens', async () => {
    const controller = new AbortController();
    const client = await answerEvents((response) => {
      response.write(event(1, 'running'));
      setImmediate(() => controller.abort(new Error('interrupted')));
    });
    await expect(waitForJob(client, 'job_0', { signal: controller.signal })).rejects.toThrow('interrupted');
  });

  test('does not understand an event that is not JSON', async () => {
    const client = await answerEvents((response) => response.end('event: progress\ndata: {"id":\n\n'));
    await expect(waitForJob(client, 'job_0')).rejects.toMatchObject({ code: 'RESPONSE_INVALID' });
  });
});
