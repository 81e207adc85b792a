import type http from 'node:http';
import { AgentBrainError, toProblem } from '@agent-brain/contract/errors';
import { afterEach, expect, test } from 'vitest';
import { type AnsweringServer, answeringServer, answerJson, type SeenRequest } from './answering-server.ts';
import { ApiClient } from './index.ts';

const token = 'abt_0123456789abcdef0123456789abcdef';
let server: AnsweringServer;
const serve = async (handler: (request: SeenRequest, response: http.ServerResponse) => void): Promise<AnsweringServer> =>
  (server = await answeringServer(handler));
afterEach(() => server.close());

test('sends method, path, token, body and discovery time, and gives back the document', async () => {
  await serve((_, response) => answerJson(response, 200, { results: [] }));
  const client = new ApiClient({ baseUrl: server.baseUrl, token }, { discoveryMs: 12.34 });
  await expect(client.call('query', { body: { query: 'lock' } })).resolves.toEqual({ results: [] });
  expect(server.seen).toHaveLength(1);
  expect(server.seen[0]).toMatchObject({ method: 'POST', url: '/query', body: '{"query":"lock"}' });
  expect(server.seen[0]?.headers).toMatchObject({
    authorization: `Bearer ${token}`,
    'content-type': 'application/json',
    'x-agent-brain-discovery-ms': '12.3',
  });
});

test('never sends the token through an open door', async () => {
  await serve((_, response) => answerJson(response, 200, {}));
  await new ApiClient({ baseUrl: server.baseUrl, token }).call('health', { query: {} });
  expect(server.seen[0]?.headers.authorization).toBeUndefined();
});

test('puts parameters into the path and the query, escaped, and leaves out what is undefined', async () => {
  await serve((_, response) => answerJson(response, 200, {}));
  const client = new ApiClient({ baseUrl: server.baseUrl, token });
  await client.call('chunk', { params: { id: '../a b' }, query: { project_id: 'p_1&x=1' } });
  await client.call('jobs', { query: { limit: 5, status: undefined } });
  expect(server.seen.map((request) => request.url)).toEqual(['/query/chunks/..%2Fa%20b?project_id=p_1%26x%3D1', '/index/jobs?limit=5']);
});

test('throws the error that the server threw', async () => {
  const thrown = new AgentBrainError('QUEUE_FULL', '100 jobs wait already', { data: { queued: 100 }, hint: 'Wait.' });
  await serve((_, response) => answerJson(response, 503, toProblem(thrown), { 'retry-after': '7' }));
  const client = new ApiClient({ baseUrl: server.baseUrl, token });
  await expect(client.call('index', { body: { folder_path: '.' } })).rejects.toMatchObject({
    code: 'QUEUE_FULL',
    message: '100 jobs wait already',
    hint: 'Wait.',
    data: { queued: 100 },
    retryAfterS: 7,
    exitCode: 5,
  });
});

test.each([
  ['text that is not JSON', 200, '<html>'],
  ['an error without a problem document', 500, '{"oops":1}'],
  ['a problem of a code that nobody knows', 500, '{"code":"SURELY_UNKNOWN","detail":"x"}'],
])('does not understand %s', async (_, status, text) => {
  await serve((_request, response) => response.writeHead(status).end(text));
  const client = new ApiClient({ baseUrl: server.baseUrl, token });
  await expect(client.call('status', { query: {} })).rejects.toMatchObject({ code: 'RESPONSE_INVALID', data: { status } });
});

test('says that nobody listens when the port is closed', async () => {
  await serve(() => {});
  await server.close();
  const client = new ApiClient({ baseUrl: server.baseUrl, token });
  await expect(client.call('status', { query: {} })).rejects.toMatchObject({ code: 'INSTANCE_NOT_RUNNING', exitCode: 6 });
});

test('tells a broken connection from a closed port', async () => {
  await serve((_, response) => response.socket?.destroy());
  const client = new ApiClient({ baseUrl: server.baseUrl, token });
  await expect(client.call('status', { query: {} })).rejects.toMatchObject({ code: 'INSTANCE_NO_ANSWER' });
});

test('reports an answer that breaks off in the middle', async () => {
  await serve((_, response) => {
    response.writeHead(200, { 'content-length': '100' });
    response.write('{"half":');
    setImmediate(() => response.socket?.destroy());
  });
  const client = new ApiClient({ baseUrl: server.baseUrl, token });
  await expect(client.call('status', { query: {} })).rejects.toMatchObject({ code: 'INSTANCE_NO_ANSWER' });
});

test('gives up when the time of the call is over', async () => {
  await serve(() => {});
  const client = new ApiClient({ baseUrl: server.baseUrl, token });
  await expect(client.call('status', { query: {} }, { timeoutMs: 30 })).rejects.toMatchObject({ code: 'INSTANCE_NO_ANSWER' });
});

test('ends with the reason of an aborted signal, before and during the call', async () => {
  const controller = new AbortController();
  await serve(() => controller.abort(new Error('the user is gone')));
  const client = new ApiClient({ baseUrl: server.baseUrl, token });
  await expect(client.call('status', { query: {} }, { signal: controller.signal })).rejects.toThrow('the user is gone');
  await expect(client.call('status', { query: {} }, { signal: controller.signal })).rejects.toThrow('the user is gone');
  expect(server.seen).toHaveLength(1);
});

test('asks again on another connection when the one that was kept has been closed in the meantime', async () => {
  const used = new WeakSet<object>();
  await serve((_, response) => {
    const { socket } = response;
    if (socket === null || used.has(socket)) return void socket?.destroy();
    used.add(socket);
    answerJson(response, 200, { jobs: [] });
  });
  const client = new ApiClient({ baseUrl: server.baseUrl, token }, { keepAlive: true });
  for (let call = 0; call < 3; call += 1) expect(await client.call('jobs', { query: {} })).toEqual({ jobs: [] });
  // What changes something may have been done already.
  await expect(client.call('jobCancel', { params: { id: 'job_1' }, query: {} })).rejects.toMatchObject({ code: 'INSTANCE_NO_ANSWER' });
  client.close();
});

test('keeps one connection for many calls when it is asked to', async () => {
  await serve((_, response) => answerJson(response, 200, {}));
  const client = new ApiClient({ baseUrl: server.baseUrl, token }, { keepAlive: true });
  for (let call = 0; call < 3; call += 1) await client.call('status', { query: {} });
  expect(server.connections()).toBe(1);
  client.close();
});
