import type { AddressInfo } from 'node:net';
import { withinMs } from '@agent-brain/test-harness/timing';
import { waitUntil } from '@agent-brain/test-harness/waiting';
import type { FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type FakeInstance, fakeInstance } from '../fixtures/index.ts';
import { buildApp, defaultLimits } from './index.ts';

let instance: FakeInstance;
let app: FastifyInstance;
let base: string;
const readers: AbortController[] = [];
beforeEach(async () => {
  instance = fakeInstance({ root: import.meta.dirname });
  app = buildApp(instance.service, defaultLimits);
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as AddressInfo;
  instance.address = { host: '127.0.0.1', port };
  base = `http://127.0.0.1:${port}`;
});
afterEach(async () => {
  for (const reader of readers.splice(0)) reader.abort();
  app.server.closeAllConnections();
  await app.close();
});

const versions = ['2025-11-25', '2026-07-28'] as const;
type Version = (typeof versions)[number];
const modernMeta = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1' },
  'io.modelcontextprotocol/clientCapabilities': {},
};

function post(body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  const reader = new AbortController();
  readers.push(reader);
  return fetch(`${base}/mcp`, {
    method: 'POST',
    body: typeof body === 'string' ? body : JSON.stringify(body),
    headers: {
      authorization: `Bearer ${instance.service.token}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...headers,
    },
    signal: reader.signal,
  });
}

function ask(version: Version, method: string, params: Record<string, unknown>, meta: Record<string, unknown> = {}): Promise<Response> {
  const isModern = version === '2026-07-28';
  const name: Record<string, string> = typeof params['name'] === 'string' ? { 'mcp-name': params['name'] } : {};
  const _meta = { ...(isModern ? modernMeta : {}), ...meta };
  return post(
    { jsonrpc: '2.0', id: 1, method, params: { ...params, _meta } },
    { 'mcp-protocol-version': version, ...(isModern ? { 'mcp-method': method, ...name } : {}) },
  );
}

const messagesOf = (text: string): { method?: string; params?: { progress?: number }; result?: Record<string, unknown> }[] =>
  text.startsWith('{')
    ? [JSON.parse(text) as object]
    : [...text.matchAll(/^data: (.+)$/gm)].map(([, data = '']) => JSON.parse(data) as object);

describe('the guards of every route', () => {
  test('stand before it: token, origin, host, method', async () => {
    expect((await post({}, { authorization: 'Bearer wrong' })).status).toBe(401);
    expect((await post({}, { origin: 'http://pages.example' })).status).toBe(403);
    const foreign = await app.inject({ method: 'POST', url: '/mcp', headers: { host: 'rebound.example' } });
    expect(foreign.statusCode).toBe(421);
    for (const method of ['GET', 'DELETE'] as const) {
      const refused = await app.inject({
        method,
        url: '/mcp',
        headers: { host: base.slice(7), authorization: `Bearer ${instance.service.token}` },
      });
      expect([refused.statusCode, refused.headers['allow']]).toEqual([405, 'POST']);
    }
  });

  test('answers what is no message in the form of JSON-RPC', async () => {
    const refusal = async (response: Response): Promise<unknown[]> => [
      response.status,
      ((await response.json()) as { error: { code: number } }).error.code,
      response.headers.get('x-request-id')?.length,
    ];
    expect(await refusal(await post('{"jsonrpc"'))).toEqual([400, -32_700, 36]);
    expect(await refusal(await post('x'.repeat(1_100_000)))).toEqual([413, -32_000, 36]);
    expect((await post('{}', { 'content-type': 'text/plain' })).status).toBe(415);
    expect(await refusal(await ask('2026-07-28', 'no/such/method', {}))).toEqual([404, -32_601, 36]);
  });
});

test('calls one after the other share one connection to the instance', async () => {
  instance.engine.indexed = [{ folder_path: '.', documents: 1, chunks: 1, last_indexed_at: new Date().toISOString() }];
  const call = async (): Promise<void> => {
    const answer = await ask('2025-11-25', 'tools/call', { name: 'search', arguments: { query: 'x' } });
    expect(await answer.text()).toContain('structuredContent');
  };
  await call();
  let opened = 0;
  app.server.on('connection', () => (opened += 1));
  for (let n = 0; n < 10; n += 1) await call();
  // The client of this test keeps its own connections as well.
  expect(opened).toBeLessThanOrEqual(2);
});

describe('a request that is taken back by a message of its own', () => {
  const session = async (): Promise<string> => {
    const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'test', version: '1' } };
    const answer = await post({ jsonrpc: '2.0', id: 0, method: 'initialize', params });
    await answer.text();
    return answer.headers.get('mcp-session-id') ?? '';
  };
  const send = (message: object, id: string): Promise<Response> =>
    post({ jsonrpc: '2.0', ...message }, { 'mcp-protocol-version': '2025-11-25', ...(id === '' ? {} : { 'mcp-session-id': id }) });
  const call = { method: 'tools/call', params: { name: 'index_folder', arguments: { wait_s: 600 }, _meta: { progressToken: 'p' } } };
  const cancel = { method: 'notifications/cancelled', params: { requestId: 1, reason: 'no longer wanted' } };
  const step = (run: { onProgress(progress: object): void }, filesDone: number): void =>
    run.onProgress({ phase: 'indexing', filesDone, filesTotal: 99, chunksDone: 1, bytesDone: 1, currentFile: null });

  test.each([true, false])('ends: nothing is sent for it any more, no progress either (with a session id: %s)', async (hasSession) => {
    const id = hasSession ? await session() : '';
    expect(id !== '').toBe(hasSession);
    const answer = send({ id: 1, ...call }, id);
    const { run, finish } = await instance.engine.run(0);
    await waitUntil('it follows the job', () => instance.service.metrics.eventStreams === 1);
    step(run, 3);
    expect((await send(cancel, id)).status).toBe(202);
    await waitUntil('nothing follows the job any more', () => instance.service.metrics.eventStreams === 0);
    step(run, 50);
    const messages = messagesOf(await (await answer).text());
    expect(messages.filter((message) => 'result' in message || message.params?.progress === 50)).toEqual([]);
    expect(instance.queue.stats().runningJobId).not.toBeNull();
    finish();
  });

  test('leaves the request of the same number of another client alone', async () => {
    const [first, second] = [await session(), await session()];
    const answers = [send({ id: 1, ...call }, first), send({ id: 1, ...call }, second)];
    const { finish } = await instance.engine.run(0);
    await waitUntil('both follow the job', () => instance.service.metrics.eventStreams === 2);
    await send(cancel, second);
    await waitUntil('one follows the job', () => instance.service.metrics.eventStreams === 1);
    finish();
    const texts = await Promise.all(answers.map(async (answer) => (await answer).text()));
    expect(texts.map((text) => text.includes('"completed"'))).toEqual([true, false]);
  });
});

describe.each(versions)('at protocol version %s', (version) => {
  test('a call that waits for a job tells its progress, then the end', async () => {
    const answer = ask(version, 'tools/call', { name: 'index_folder', arguments: { wait_s: 20 } }, { progressToken: 'p' });
    const { run, finish } = await instance.engine.run(0);
    await waitUntil('it follows the job', () => instance.service.metrics.eventStreams === 1);
    for (const filesDone of [3, 7]) {
      run.onProgress({ phase: 'indexing', filesDone, filesTotal: 9, chunksDone: 1, bytesDone: 1, currentFile: null });
      await new Promise((resolve) => setTimeout(resolve, 600));
    }
    finish();
    const messages = messagesOf(await (await answer).text());
    const progress = messages.filter(({ method }) => method === 'notifications/progress').map(({ params }) => params?.progress);
    expect(progress).toContain(7);
    expect(progress).toEqual(progress.toSorted((a, b) => (a ?? 0) - (b ?? 0)));
    expect(messages.at(-1)?.result).toMatchObject({ structuredContent: { job: { status: 'completed' } } });
  });

  test('a client that leaves a waiting call lets go of all that it held; the job goes on', async () => {
    const answer = ask(version, 'tools/call', { name: 'index_folder', arguments: { wait_s: 600 } });
    answer.catch(() => {});
    const { finish } = await instance.engine.run(0);
    await waitUntil('it follows the job', () => instance.service.metrics.eventStreams === 1);
    for (const reader of readers) reader.abort();
    await waitUntil('nothing follows it any more', () => instance.service.metrics.eventStreams === 0);
    expect(instance.queue.stats().runningJobId).not.toBeNull();
    finish();
  });

  test('a first run that somebody cancelled is not begun again behind their back', async () => {
    instance.engine.isUntouched = true;
    const first = ask(version, 'tools/call', { name: 'search', arguments: { query: 'x' } });
    await instance.engine.run(0);
    const [job] = instance.queue.list({ limit: 1, offset: 0 }).jobs;
    await instance.queue.cancel(job?.id ?? '', { force: true });
    const answerOf = async (response: Promise<Response>) => JSON.stringify(messagesOf(await (await response).text()).at(-1)?.result);
    expect(await answerOf(first)).toContain('structuredContent');
    const second = await answerOf(ask(version, 'tools/call', { name: 'search', arguments: { query: 'x' } }));
    expect(second).toContain(`nothing is indexed: the last run (${job?.id}) was cancelled`);
    expect(instance.engine.runs).toHaveLength(1);
  });

  test('a client that leaves a search takes its question back from the engine', async () => {
    const seen: AbortSignal[] = [];
    instance.engine.indexed = [{ folder_path: '.', documents: 1, chunks: 1, last_indexed_at: new Date().toISOString() }];
    instance.engine.answer = (_request, signal) =>
      new Promise((_resolve, reject) => {
        if (signal === undefined) throw new Error('no signal');
        seen.push(signal);
        signal.addEventListener('abort', () => reject(signal.reason));
      });
    const answer = ask(version, 'tools/call', { name: 'search', arguments: { query: 'x' } });
    answer.catch(() => {});
    await waitUntil('the engine is asked', () => seen.length === 1);
    expect(seen[0]?.aborted).toBe(false);
    for (const reader of readers) reader.abort();
    await waitUntil('the question is taken back', () => seen[0]?.aborted);
  });

  test('a stop does not wait for those who wait', async () => {
    const waiting = ask(version, 'tools/call', { name: 'index_folder', arguments: { wait_s: 600 } });
    waiting.catch(() => {});
    await instance.engine.run(0);
    await waitUntil('it follows the job', () => instance.service.metrics.eventStreams === 1);
    if (version === '2026-07-28') await ask(version, 'subscriptions/listen', { notifications: { toolsListChanged: true } });
    const begunAt = performance.now();
    instance.stopping = true;
    await app.close();
    expect(performance.now() - begunAt).toBeLessThan(withinMs(2_000));
  });
});
