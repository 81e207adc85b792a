import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';
import { indexRequestSchema, type Job, jobSchema } from '@agent-brain/contract/jobs';
import { waitUntil } from '@agent-brain/test-harness/waiting';
import type { FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type FakeInstance, fakeInstance } from '../fixtures/index.ts';
import { buildApp, defaultLimits } from './index.ts';

const limits = { ...defaultLimits, heartbeatMs: 100, eventStreams: 3 };
let instance: FakeInstance;
let app: FastifyInstance;
let base: string;
const readers: AbortController[] = [];
beforeEach(async () => {
  instance = fakeInstance();
  app = buildApp(instance.service, limits);
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

const submit = (name: string): Job =>
  instance.queue.submit({ operation: 'index', folder: `/p/${name}`, request: indexRequestSchema.parse({ folder_path: name }) }).job;

interface Seen {
  id: string | undefined;
  type: string;
  job: Job;
}

/** A reader of a stream; `events` grows while it is open. */
async function read(url: string, lastEventId?: string) {
  const reader = new AbortController();
  readers.push(reader);
  const response = await fetch(`${base}${url}`, {
    headers: { authorization: `Bearer ${instance.service.token}`, ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }) },
    signal: reader.signal,
  });
  const events: Seen[] = [];
  const state = { response, events, text: '', hasEnded: false, leave: () => reader.abort() };
  const collect = async (): Promise<void> => {
    const decoder = new TextDecoder();
    let rest = '';
    for await (const part of response.body ?? []) {
      const text = decoder.decode(part as Uint8Array, { stream: true });
      state.text += text;
      const blocks = `${rest}${text}`.split('\n\n');
      rest = blocks.pop() ?? '';
      events.push(...blocks.flatMap(parse));
    }
    state.hasEnded = true;
  };
  collect().catch(() => {});
  return state;
}

function parse(block: string): Seen[] {
  const field = (name: string) =>
    block
      .split('\n')
      .find((line) => line.startsWith(`${name}: `))
      ?.slice(name.length + 2);
  const data = field('data');
  return data === undefined ? [] : [{ id: field('id'), type: field('event') as string, job: jobSchema.parse(JSON.parse(data)) }];
}

const progress = (filesDone: number) =>
  ({ phase: 'indexing', filesDone, filesTotal: 100, chunksDone: 0, bytesDone: 0, currentFile: null }) as const;

describe('the events of one job', () => {
  test('begin with how it stands, tell of its progress, and end with it', async () => {
    const job = submit('a');
    const held = await instance.engine.run(0);
    const reader = await read(`/index/jobs/${job.id}/events`);
    const { response, events } = reader;
    expect([response.status, response.headers.get('content-type'), response.headers.get('cache-control')]).toEqual([
      200,
      'text/event-stream',
      'no-store',
    ]);
    await waitUntil('it stands', () => events.length === 1);
    submit('b');
    held.run.onProgress(progress(50));
    held.finish();
    await waitUntil('it has ended', () => events.at(-1)?.type === 'completed');
    expect(events.map(({ type, job: { status, progress_percent } }) => [type, status, progress_percent])).toEqual([
      ['progress', 'running', 0],
      ['progress', 'running', 50],
      ['completed', 'completed', 100],
    ]);
    expect(new Set(events.map(({ id }) => id)).size).toBe(3);
    expect(reader.text).toMatch(/^retry: 2000\n\n/);
    await waitUntil('nobody reads', () => instance.service.metrics.eventStreams === 0);
  });

  test('go on after the last id that was seen, and answer 204 when nothing more will come', async () => {
    const job = submit('a');
    const held = await instance.engine.run(0);
    const first = await read(`/index/jobs/${job.id}/events`);
    await waitUntil('it stands', () => first.events.length === 1);
    first.leave();
    await waitUntil('it has left', () => instance.service.metrics.eventStreams === 0);
    for (const done of [10, 20]) held.run.onProgress(progress(done));
    const second = await read(`/index/jobs/${job.id}/events`, first.events[0]?.id);
    await waitUntil('what was missed has come', () => second.events.length === 2);
    expect(second.events.map((event) => event.job.progress_percent)).toEqual([10, 20]);
    held.fail(new Error('broken'));
    await waitUntil('it has failed', () => second.events.at(-1)?.type === 'failed');
    expect((await read(`/index/jobs/${job.id}/events`, second.events.at(-1)?.id)).response.status).toBe(204);
  });

  test.each(['nonsense', 'ffffffff-1', ''])('begin with how it stands after the unknown id %j', async (position) => {
    const job = submit('a');
    await instance.queue.cancel(job.id);
    const { events } = await read(`/index/jobs/${job.id}/events`, position);
    await waitUntil('it stands', () => events.length === 1);
    expect(events[0]).toMatchObject({ type: 'cancelled', job: { id: job.id } });
  });

  test('of an unknown job are a problem', async () => {
    const { response } = await read('/index/jobs/job_000000000000/events');
    expect([response.status, response.headers.get('content-type')]).toEqual([404, expect.stringContaining('application/problem+json')]);
  });
});

describe('the events of all jobs', () => {
  test('begin with the unfinished ones, and tell of every one', async () => {
    const [a, b] = [submit('a'), submit('b')];
    const held = await instance.engine.run(0);
    const { events } = await read('/index/events');
    await waitUntil('both stand', () => events.length === 2);
    expect(events.map(({ id, job }) => [id === undefined, job.id, job.status])).toEqual([
      [true, a.id, 'running'],
      [false, b.id, 'queued'],
    ]);
    held.finish();
    await waitUntil('the next one runs', () => events.at(-1)?.job.id === b.id && events.at(-1)?.job.status === 'running');
    const c = submit('c');
    await instance.queue.cancel(c.id);
    await waitUntil('the last one is cancelled', () => events.at(-1)?.type === 'cancelled');
    expect(events.slice(2).map(({ type, job }) => [type, job.id])).toEqual([
      ['completed', a.id],
      ['progress', b.id],
      ['progress', c.id],
      ['cancelled', c.id],
    ]);
  });

  test('show a sign of life when nothing happens', async () => {
    const reader = await read('/index/events');
    await waitUntil('two heartbeats', () => reader.text.split(': heartbeat\n\n').length > 2);
    expect(reader.events).toEqual([]);
  });

  test('are refused beyond the limit, with a time to come again', async () => {
    for (let n = 0; n < 3; n += 1) await read('/index/events');
    const { response } = await read('/index/events');
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '5']);
    readers[0]?.abort();
    await waitUntil('one has left', () => instance.service.metrics.eventStreams === 2);
    expect((await read('/index/events')).response.status).toBe(200);
  });

  test('close the connection when they are refused, whatever the reason', async () => {
    for (let n = 0; n < limits.eventStreams; n += 1) await read('/index/events');
    const ended = submit('ended');
    const refusals = ['/index/events', '/index/jobs/job_none/events', '/index/events?limit=1', `/index/jobs/${ended.id}/events`];
    for (const url of refusals) {
      const { response } = await read(url);
      expect([url, response.status >= 400, response.headers.get('connection')]).toEqual([url, true, 'close']);
    }
    const unauthorised = await fetch(`${base}/index/events`);
    expect([unauthorised.status, unauthorised.headers.get('connection')]).toEqual([401, 'close']);
  });

  test('end when the door closes, and do not hold it open', async () => {
    const reader = await read('/index/events');
    await app.close();
    await waitUntil('the stream has ended', () => reader.hasEnded);
  });

  test('a reader that takes nothing costs no memory, holds up nobody, and is cut off', async () => {
    const stuck = net.connect((app.server.address() as AddressInfo).port, '127.0.0.1').on('error', () => {});
    await once(stuck, 'connect');
    stuck.pause();
    stuck.write(
      `GET /index/events HTTP/1.1\r\nHost: ${base.slice('http://'.length)}\r\nAuthorization: Bearer ${instance.service.token}\r\n\r\n`,
    );
    await waitUntil('it reads', () => instance.service.metrics.eventStreams === 1);
    const other = await read('/index/events');
    submit('x'.repeat(3_000));
    const held = await instance.engine.run(0);
    const before = process.memoryUsage().external;
    await waitUntil(
      'it is cut off',
      () => {
        for (let n = 0; n < 30; n += 1) held.run.onProgress(progress(n));
        return instance.service.metrics.eventStreams === 1;
      },
      { timeoutMs: 180_000, intervalMs: 5 },
    );
    expect([other.hasEnded, process.memoryUsage().external - before < 64 * 1024 * 1024]).toEqual([false, true]);
    held.finish();
    await waitUntil('the other one has seen the end', () => other.events.at(-1)?.type === 'completed');
    stuck.destroy();
  });
});

describe('health', () => {
  test('is degraded while jobs do not reach the disk, and says so without a path', async () => {
    instance.store.isFull = true;
    const answer = await app.inject({
      method: 'DELETE',
      url: '/index?confirm=true',
      headers: { host: '127.0.0.1:4711', authorization: `Bearer ${instance.service.token}` },
    });
    void answer;
    const health = await (await fetch(`${base}/health`)).json();
    expect(health).toMatchObject({ status: 'degraded', message: expect.stringContaining('DISK_FULL') });
    instance.store.isFull = false;
    expect(await (await fetch(`${base}/health`)).json()).toMatchObject({ status: 'healthy' });
  });

  test('of an admission that did not reach the disk is in its answer', async () => {
    const ask = async () =>
      (
        await fetch(`${base}/index?confirm=true`, { method: 'DELETE', headers: { authorization: `Bearer ${instance.service.token}` } })
      ).json() as Promise<Record<string, unknown>>;
    instance.store.isFull = true;
    expect(await ask()).toMatchObject({ status: 'queued', persisted: false });
    instance.store.isFull = false;
    await waitUntil('it has ended', () => !instance.queue.busy);
    expect(await ask()).not.toHaveProperty('persisted');
  });
});

test('two hundred requests at once are never admitted beyond the limit, nor twice for one folder', async () => {
  await app.close();
  instance = fakeInstance({ root: import.meta.dirname });
  app = buildApp(instance.service);
  const post = (folder: string, query = '') =>
    app.inject({
      method: 'POST',
      url: `/index${query}`,
      headers: { host: '127.0.0.1:4711', authorization: `Bearer ${instance.service.token}` },
      payload: { folder_path: folder, allow_external: true },
    });
  const answers = await Promise.all(Array.from({ length: 200 }, () => post('.')));
  expect(answers.filter(({ statusCode }) => statusCode === 202)).toHaveLength(1);
  expect(answers.filter(({ statusCode }) => statusCode === 409)).toHaveLength(199);
  const replaced = await post('.', '?replace=true');
  expect([202, 409]).toContain(replaced.statusCode);
});
