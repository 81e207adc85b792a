import type { Problem } from '@agent-brain/contract/errors';
import { problemSchema } from '@agent-brain/contract/problem';
import { type Route, routes, streams } from '@agent-brain/contract/routes';
import { waitUntil } from '@agent-brain/test-harness/waiting';
import type { FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type FakeInstance, fakeInstance } from '../fixtures/index.ts';
import { buildApp } from './index.ts';

let instance: FakeInstance;
let app: FastifyInstance;
beforeEach(() => {
  instance = fakeInstance({ config: { allowed_hosts: ['brain.test', 'other.test:9'] } });
  app = buildApp(instance.service);
});
afterEach(() => app.close());

interface Call {
  method?: 'GET' | 'POST' | 'DELETE' | 'OPTIONS' | 'PUT' | 'PATCH' | 'HEAD';
  headers?: Record<string, string | string[] | undefined>;
  body?: unknown;
  /** Default: the right one. */
  token?: string | null;
}

async function call(url: string, { method = 'GET', headers = {}, body, token = instance.service.token }: Call = {}) {
  const all = Object.entries({ host: '127.0.0.1:4711', ...(token === null ? {} : { authorization: `Bearer ${token}` }), ...headers });
  const answer = await app.inject({
    method,
    url,
    headers: Object.fromEntries(all.filter(([, value]) => value !== undefined)) as Record<string, string>,
    ...(body === undefined ? {} : { payload: body as object }),
  });
  return answer;
}

async function problem(url: string, options: Call = {}): Promise<Problem & { requestId: string }> {
  const answer = await call(url, options);
  expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
  const parsed = problemSchema.parse(answer.json());
  expect(parsed.status).toBe(answer.statusCode);
  expect(parsed.instance).toBe(`urn:uuid:${String(answer.headers['x-request-id'])}`);
  return { ...parsed, requestId: String(answer.headers['x-request-id']) };
}

describe('Host (checklist 2)', () => {
  test.each(['127.0.0.1:4711', 'localhost:4711', 'LOCALHOST:4711', '[::1]:4711', 'brain.test', 'brain.test:4711', 'other.test:9'])(
    '%s is served',
    async (host) => {
      expect((await call('/health', { headers: { host } })).statusCode).toBe(200);
    },
  );

  test.each([
    'evil.test',
    'evil.test:4711',
    '127.0.0.1',
    '127.0.0.1:80',
    'localhost',
    '127.0.0.1.evil.test:4711',
    'other.test',
    'brain.test.evil.test',
    '',
  ])('%j is misdirected, also at open doors', async (host) => {
    for (const url of ['/health', '/docs', '/openapi.json', '/query', '/no/such/route', '/%zz']) {
      expect(await problem(url, { headers: { host } })).toMatchObject({ status: 421, code: 'HOST_NOT_ALLOWED' });
    }
  });
});

describe('Origin (checklist 3)', () => {
  test.each([
    { origin: 'http://evil.test' },
    { origin: 'null' },
    { origin: 'https://127.0.0.1:4711' },
    { origin: 'http://127.0.0.1:80' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { origin: 'http://evil.test', upgrade: 'websocket', connection: 'upgrade' },
  ])('%j is refused at every door', async (headers) => {
    for (const url of ['/health', '/docs', '/query', '/no/such/route']) {
      expect(await problem(url, { headers })).toMatchObject({ status: 403, code: 'ORIGIN_NOT_ALLOWED' });
    }
  });

  test('is refused before the token is looked at', async () => {
    expect((await problem('/health/status', { headers: { origin: 'http://evil.test' }, token: null })).code).toBe('ORIGIN_NOT_ALLOWED');
  });

  test('our own pages may ask, with the token', async () => {
    const headers = { origin: 'http://127.0.0.1:4711', 'sec-fetch-site': 'same-origin' };
    expect((await call('/health/status', { headers })).statusCode).toBe(200);
    expect((await problem('/health/status', { headers, token: null })).code).toBe('TOKEN_INVALID');
  });

  test('a typed address may read and not write', async () => {
    const headers = { 'sec-fetch-site': 'none' };
    expect((await call('/health', { headers })).statusCode).toBe(200);
    expect((await problem('/index', { method: 'POST', headers, body: { folder_path: '.' } })).code).toBe('ORIGIN_NOT_ALLOWED');
  });
});

describe('CORS and methods (checklist 4)', () => {
  test.each(['/index', '/health', '/nowhere'])('OPTIONS %s is not taken and answers no CORS header', async (url) => {
    const answer = await call(url, { method: 'OPTIONS', headers: { 'access-control-request-method': 'POST' } });
    expect([answer.statusCode, answer.json().code]).toEqual([405, 'METHOD_NOT_ALLOWED']);
    expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  });

  test('a known path with another method names the right ones', async () => {
    const answer = await call('/index', { method: 'PUT' });
    expect([answer.statusCode, answer.headers.allow]).toEqual([405, 'DELETE, POST']);
    expect((await call('/index/jobs/job_1', { method: 'POST', body: {} })).headers.allow).toBe('DELETE, GET');
  });

  test('nothing changes on GET', async () => {
    for (const route of Object.values<Route>(routes).filter(({ method }) => method === 'GET')) {
      await call(route.path.replace(':id', 'x'), { headers: { 'content-type': 'application/json' } });
    }
    expect([instance.engine.runs.length, instance.stops.length, instance.queue.busy]).toEqual([0, 0, false]);
  });
});

describe('a slash at the end of a path', () => {
  const all = Object.values<Pick<Route, 'method' | 'path' | 'auth'>>({ ...routes, ...streams })
    .map(({ method, path }) => [method, path] as const)
    .concat([
      ['GET', '/metrics'],
      ['GET', '/docs'],
      ['GET', '/openapi.json'],
      ['GET', '/llms.txt'],
      ['POST', '/mcp'],
    ]);

  test.each(all)('is ignored: %s %s', async (method, template) => {
    // A parameter that no route knows is refused by the route itself, before it does anything.
    const path = template.replace(':id', 'x');
    const ask = async (url: string) => {
      const { statusCode, headers, body } = await call(`${url}?surely_unknown=1`, { method, ...(method === 'POST' ? { body: {} } : {}) });
      return [statusCode, headers['content-type'], statusCode < 400 ? '' : JSON.parse(body).detail];
    };
    const withSlash = await ask(`${path}/`);
    expect(withSlash).toEqual(await ask(path));
    expect(withSlash[0]).not.toBe(404);
  });

  test('makes no empty id', async () => {
    expect((await problem('/index/jobs//')).code).toMatch(/ROUTE_UNKNOWN|JOB_UNKNOWN/);
    expect(await problem('/index/jobs/', { method: 'PUT' })).toMatchObject({ status: 405 });
    expect((await call('/index/', { method: 'PUT' })).headers.allow).toBe('DELETE, POST');
  });
});

describe('token (checklist 5)', () => {
  const closed = Object.values<Route>(routes)
    .filter(({ auth }) => auth)
    .map(({ method, path }) => [method, path] as const);
  test.each([...closed, ['GET', '/metrics'] as const, ['GET', '/no/such/route'] as const])('%s %s wants it', async (method, url) => {
    for (const token of [null, 'wrong', `${instance.service.token}x`]) {
      const refused = await problem(url, { method, token, ...(method === 'POST' ? { body: {} } : {}) });
      expect(refused).toMatchObject({ status: 401, code: 'TOKEN_INVALID', detail: 'The token of the request is missing or wrong' });
    }
  });

  test.each(['Basic abc', 'Bearer', 'bearer  ', 'Token x'])('%j is no bearer token', async (authorization) => {
    const answer = await call('/health/status', { headers: { authorization } });
    expect([answer.statusCode, answer.headers['www-authenticate']]).toEqual([401, 'Bearer']);
  });

  test('is read from the header alone', async () => {
    const { token } = instance.service;
    expect((await problem(`/health/status?token=${token}`, { token: null })).code).toBe('TOKEN_INVALID');
    expect((await problem('/health/status', { token: null, headers: { cookie: `token=${token}` } })).code).toBe('TOKEN_INVALID');
  });

  test('stands in no answer and no log line (checklist 12)', async () => {
    const { token } = instance.service;
    const bodies = [];
    for (const url of [
      '/health',
      '/health?nonce=00000000000000000000000000000000',
      '/health/status',
      `/x?token=${token}`,
      '/metrics',
      '/openapi.json',
    ]) {
      bodies.push((await call(url)).body);
    }
    bodies.push((await call('/query', { method: 'POST', body: { token } })).body);
    expect(bodies.join('')).not.toContain(token);
    expect(JSON.stringify(instance.lines)).not.toContain(token);
  });
});

describe('health (checklist 6)', () => {
  test('says who it is and nothing about the project', async () => {
    const answer = await call('/health', { token: null });
    expect(routes.health.response.parse(answer.json())).toMatchObject({
      status: 'healthy',
      instance_id: 'ab_0123456789ab',
      project_id: 'p_0123abcd',
      mode: 'project',
    });
    expect(answer.body).not.toContain('/project');
  });

  test('proves itself for a nonce of 32 hex digits and no other', async () => {
    const nonce = 'a'.repeat(32);
    expect((await call(`/health?nonce=${nonce}`, { token: null })).json().proof).toBe(`proof of ${nonce}`);
    expect(await problem('/health?nonce=short', { token: null })).toMatchObject({
      code: 'REQUEST_INVALID',
      errors: [{ pointer: '/nonce' }],
    });
  });

  test('is no use of the instance, a query is', async () => {
    await call('/health');
    await call('/health/status');
    expect(instance.touches).toBe(0);
    await call('/query', { method: 'POST', body: { query: 'x' } });
    expect(instance.touches).toBe(1);
  });
});

describe('requests', () => {
  const post = (body: unknown, headers: Call['headers'] = {}) => problem('/query', { method: 'POST', body, headers });

  test('an unknown field is named by its pointer', async () => {
    expect(await post({ query: 'x', topk: 3, 'a/b~c': 1 })).toMatchObject({
      status: 400,
      code: 'REQUEST_INVALID',
      errors: [
        { pointer: '/topk', message: 'Unknown field' },
        { pointer: '/a~1b~0c', message: 'Unknown field' },
      ],
    });
  });

  test('a wrong value is named by its pointer', async () => {
    expect(await post({ query: '', top_k: 1000, source_types: ['code', 'film'] })).toMatchObject({
      code: 'REQUEST_INVALID',
      detail: expect.stringContaining('POST /query'),
      errors: [{ pointer: '/query' }, { pointer: '/top_k' }, { pointer: '/source_types/1' }],
    });
  });

  test.each(['/health/status?x=1', '/index/jobs?limit=0', '/index/jobs?limit=1&limit=2', '/index/jobs?status=done'])(
    '%s is refused',
    async (url) => {
      expect(await problem(url)).toMatchObject({ status: 400, code: 'REQUEST_INVALID' });
    },
  );

  test('a body or a query where the route has none is refused', async () => {
    expect(await problem('/index?confirm=true', { method: 'DELETE', body: { confirm: true } })).toMatchObject({
      status: 400,
      code: 'REQUEST_INVALID',
    });
    expect(await problem('/query?top_k=3', { method: 'POST', body: { query: 'x' } })).toMatchObject({ errors: [{ pointer: '/top_k' }] });
  });

  test.each([
    ['{"query":', 'application/json', 400, 'REQUEST_INVALID'],
    ['', 'application/json', 400, 'REQUEST_INVALID'],
    ['[]', 'application/json', 400, 'REQUEST_INVALID'],
    ['{"query":"x","__proto__":{"a":1}}', 'application/json', 400, 'REQUEST_INVALID'],
    ['query=x', 'application/x-www-form-urlencoded', 415, 'REQUEST_NOT_JSON'],
    ['{"query":"x"}', 'text/plain', 415, 'REQUEST_NOT_JSON'],
    ['{"query":"x"}', undefined, 415, 'REQUEST_NOT_JSON'],
    ['{"query":"x"}', 'nonsense', 415, 'REQUEST_NOT_JSON'],
  ])('the body %j of type %s is answered %d %s', async (body, type, status, code) => {
    expect(await post(body, { 'content-type': type })).toMatchObject({ status, code });
  });

  test('without a body at all the missing fields are named', async () => {
    expect(await problem('/query', { method: 'POST' })).toMatchObject({ status: 400, code: 'REQUEST_INVALID' });
  });

  test('a body over 1 MiB is refused (checklist 10)', async () => {
    expect(await post({ query: 'x'.repeat(1_048_576) })).toMatchObject({ status: 413, code: 'REQUEST_TOO_LARGE' });
  });

  test('unknown routes and broken paths are problems too', async () => {
    expect(await problem('/no/such')).toMatchObject({ status: 404, code: 'ROUTE_UNKNOWN' });
    expect(await problem('/query/chunks/%zz')).toMatchObject({ status: 400, code: 'REQUEST_INVALID' });
    expect(await problem(`/index/jobs/${'x'.repeat(500)}`)).toMatchObject({ status: 404 });
  });

  test('an unexpected error leaks nothing and is logged with the request id', async () => {
    instance.engine.answer = async () => {
      throw new Error('ENOENT /home/someone/secret');
    };
    const failed = await post({ query: 'x' });
    expect(failed).toMatchObject({ status: 500, code: 'INTERNAL' });
    expect(JSON.stringify(failed)).not.toContain('secret');
    expect(instance.lines).toContainEqual(
      expect.objectContaining({ level: 'error', fields: expect.objectContaining({ request_id: failed.requestId }) }),
    );
  });

  test('every answer has its own request id, which is in the log line of the request', async () => {
    const answers = await Promise.all(['/health', '/no/such', '/docs'].map((url) => call(url)));
    const ids = answers.map((answer) => String(answer.headers['x-request-id']));
    expect(new Set(ids).size).toBe(3);
    expect(instance.lines.map((line) => line.fields.request_id).sort()).toEqual(ids.toSorted());
  });

  test('are refused during a stop, with a time to come again', async () => {
    instance.stopping = true;
    const answer = await call('/query', { method: 'POST', body: { query: 'x' } });
    expect([answer.statusCode, answer.json().code, answer.headers['retry-after'], answer.headers.connection]).toEqual([
      503,
      'SHUTTING_DOWN',
      '1',
      'close',
    ]);
    expect((await call('/health')).json()).toMatchObject({ status: 'unhealthy' });
  });
});

describe('jobs', () => {
  test('an index request is accepted with its place in the queue', async () => {
    instance = fakeInstance({ root: import.meta.dirname });
    await app.close();
    app = buildApp(instance.service);
    const answer = await call('/index', { method: 'POST', body: { folder_path: '.' } });
    expect([answer.statusCode, routes.index.response.parse(answer.json())]).toMatchObject([
      202,
      { status: 'queued', queue_position: 1, queue_length: 1 },
    ]);
    const id = answer.json().job_id as string;
    const held = await instance.engine.run(0);
    expect(routes.job.response.parse((await call(`/index/jobs/${id}`)).json())).toMatchObject({
      status: 'running',
      folder_path: import.meta.dirname,
    });
    expect(routes.status.response.parse((await call('/health/status')).json())).toMatchObject({
      running_job_id: id,
      indexing_in_progress: true,
      total_documents: 3,
    });
    expect(await problem('/index/add', { method: 'POST', body: { folder_path: import.meta.dirname } })).toMatchObject({
      status: 409,
      data: { job_id: id, options_differ: true },
    });
    expect(await problem(`/index/jobs/${id}`, { method: 'DELETE' })).toMatchObject({ status: 409, code: 'JOB_RUNNING' });
    // Who would only make room for another version is told that it is busy.
    const shutdown = { instance_id: instance.service.instanceId, if_idle: true };
    expect(await problem('/admin/shutdown', { method: 'POST', body: shutdown })).toMatchObject({
      status: 409,
      code: 'INSTANCE_BUSY',
      data: { running_job_id: id },
    });
    expect(instance.stops).toEqual([]);
    held.finish();
    await waitUntil('the job has ended', async () => (await call(`/index/jobs/${id}`)).json().status === 'completed');
    expect(await problem(`/index/jobs/${id}`, { method: 'DELETE' })).toMatchObject({ status: 410, code: 'JOB_FINISHED' });
    expect(routes.jobs.response.parse((await call('/index/jobs?status=completed')).json())).toMatchObject({ total: 1, completed_count: 1 });
  });

  test('a folder that cannot be indexed is refused before it is queued', async () => {
    expect(await problem('/index', { method: 'POST', body: { folder_path: '/no/such/folder' } })).toMatchObject({
      status: 400,
      code: 'FOLDER_INVALID',
      detail: expect.stringContaining('/no/such/folder'),
    });
    expect(await problem('/index', { method: 'POST', body: { folder_path: '.', chunk_size: 200, chunk_overlap: 300 } })).toMatchObject({
      errors: [{ pointer: '/chunk_overlap' }],
    });
    for (const selection of [{ include: ['{a,b}'.repeat(10)] }, { exclude: ['{a,b}'.repeat(10)] }, { languages: ['klingon'] }]) {
      expect(
        await problem('/index', { method: 'POST', body: { folder_path: '.', ...selection } }),
        JSON.stringify(selection),
      ).toMatchObject({
        status: 400,
        code: 'REQUEST_INVALID',
      });
    }
    expect(instance.queue.busy).toBe(false);
  });

  test('clearing the index wants a confirmation', async () => {
    expect(await problem('/index', { method: 'DELETE' })).toMatchObject({ status: 400, code: 'CONFIRMATION_REQUIRED' });
    expect((await call('/index?confirm=true', { method: 'DELETE', headers: { 'content-type': 'application/json' } })).statusCode).toBe(202);
    await waitUntil('the index is cleared', () => instance.engine.resets === 1);
  });

  test('removing a folder names the indexed ones when it is none of them', async () => {
    instance.engine.indexed = [{ folder_path: '/project/src', documents: 1, chunks: 1, last_indexed_at: null }];
    expect(await problem('/index/folders?folder_path=lib', { method: 'DELETE' })).toMatchObject({
      status: 404,
      detail: expect.stringContaining('/project/src'),
    });
    expect((await call('/index/folders?folder_path=src', { method: 'DELETE' })).statusCode).toBe(202);
    await waitUntil('the folder is gone', async () => (await call('/index/folders')).json().folders.length === 0);
  });

  test('a full queue says when to come again', async () => {
    instance = fakeInstance({ root: import.meta.dirname, config: { 'queue.max': 1 } });
    await app.close();
    app = buildApp(instance.service);
    await call('/index?confirm=true', { method: 'DELETE' });
    const answers = await Promise.all([1, 2].map(() => call('/index', { method: 'POST', body: { folder_path: '.' } })));
    const full = answers.find((answer) => answer.statusCode === 503);
    if (full !== undefined) expect(Number(full.headers['retry-after'])).toBeGreaterThan(0);
    expect(answers.filter((answer) => answer.statusCode === 202).length).toBeLessThanOrEqual(1);
  });
});

describe('shutdown (checklist 15)', () => {
  test('is refused when another instance is meant', async () => {
    expect(await problem('/admin/shutdown', { method: 'POST', body: { instance_id: 'ab_000000000000' } })).toMatchObject({
      status: 409,
      code: 'INSTANCE_MISMATCH',
    });
    expect(await problem('/admin/shutdown', { method: 'POST', body: {} })).toMatchObject({ status: 400 });
    expect(instance.stops).toEqual([]);
  });
});

describe('metrics', () => {
  test('count queries by mode and discovery by its header', async () => {
    await call('/query', { method: 'POST', body: { query: 'x', mode: 'bm25' }, headers: { 'x-agent-brain-discovery-ms': '12.5' } });
    await call('/health', { headers: { 'x-agent-brain-discovery-ms': 'Infinity' } });
    instance.service.metrics.startupSeconds = 0.125;
    // The sampler of the event loop has seen nothing when it is asked for the first time, and right after.
    for (let scrape = 0; scrape < 2; scrape += 1) expect((await call('/metrics')).payload).not.toMatch(/NaN|9223372036/);
    const answer = await call('/metrics');
    expect(answer.headers['content-type']).toMatch(/^text\/plain; version=0\.0\.4/);
    for (const line of [
      'agent_brain_query_duration_seconds_count{mode="bm25"} 1',
      'agent_brain_query_duration_seconds_bucket{mode="bm25",le="+Inf"} 1',
      'agent_brain_discovery_duration_seconds_count 1',
      'agent_brain_discovery_duration_seconds_sum 0.0125',
      'agent_brain_startup_seconds 0.125',
      'agent_brain_index_bytes{project_id="p_0123abcd"} 4096',
      'agent_brain_jobs_queued{project_id="p_0123abcd"} 0',
    ])
      expect(answer.body.split('\n')).toContain(line);
    for (const name of [
      'process_resident_memory_bytes',
      'process_cpu_seconds_total',
      'nodejs_eventloop_lag_seconds',
      'nodejs_active_handles_total',
    ]) {
      expect(answer.body).toContain(`\n${name}`);
    }
  });
});

describe('the index', () => {
  test('is checked in place: damage is an answer, not an error', async () => {
    expect((await call('/index/verify', { method: 'POST', body: {} })).json()).toMatchObject({ ok: true, problems: [], documents: 3 });
    instance.engine.problems = ['page 7 is never used'];
    const answer = await call('/index/verify', { method: 'POST', body: {} });
    expect([answer.statusCode, answer.json()]).toMatchObject([200, { ok: false, problems: ['page 7 is never used'] }]);
  });

  test('is repaired by a job whose stats say what was done', async () => {
    instance.engine.problems = ['page 7 is never used'];
    const accepted = await call('/index/repair', { method: 'POST', body: { force: true } });
    expect([accepted.statusCode, accepted.json()]).toMatchObject([202, { status: 'queued' }]);
    const { job_id } = accepted.json();
    await waitUntil('the repair', async () => (await call(`/index/jobs/${job_id}`)).json().status === 'completed');
    expect((await call(`/index/jobs/${job_id}`)).json()).toMatchObject({ operation: 'repair', stats: { repair: { damaged: true } } });
    expect(instance.engine.repairs).toEqual([{ force: true }]);
  });
});
