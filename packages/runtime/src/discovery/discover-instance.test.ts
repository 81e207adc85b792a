import fs from 'node:fs';
import type http from 'node:http';
import path from 'node:path';
import { withinMs } from '@agent-brain/test-harness/timing';
import { pointerTo } from '@agent-brain/test-harness/instance-records';
import { describe, expect, onTestFinished, test } from 'vitest';
import { discoverDaemon, discoverInstance } from './index.ts';
import { StagedInstance } from './fixtures/staged-instance.ts';

const deadPid = 2 ** 22 + 1;

test('a running instance is found by record, lock and proof, and gets no token', async () => {
  const instance = new StagedInstance();
  const port = await instance.run();
  const found = await discoverInstance(instance.paths);
  expect(found).toMatchObject({ state: 'running', record: { port, token: instance.token }, health: { instance_id: instance.instanceId } });
  expect(instance.requests).toHaveLength(1);
  expect(JSON.stringify(instance.requests)).not.toContain(instance.token);
  expect(instance.requests[0]).toMatchObject({ host: `127.0.0.1:${port}` });
  expect(instance.requests[0]).not.toHaveProperty('authorization');
});

test('a health document with members of a later version is understood', async () => {
  const instance = new StagedInstance();
  await instance.lock();
  const port = await instance.listen((question, response, ownPort) => {
    response.end(JSON.stringify({ ...instance.health(question.searchParams.get('nonce') ?? '', ownPort), invented_later: true }));
  });
  await instance.publish(port);
  expect(await discoverInstance(instance.paths)).toMatchObject({ state: 'running' });
});

test('an instance that listens on all addresses is asked on the loopback one', async () => {
  const instance = new StagedInstance();
  const port = await instance.run();
  await instance.publish(port, { bind_host: '0.0.0.0', base_url: `http://0.0.0.0:${port}` });
  expect(await discoverInstance(instance.paths)).toMatchObject({ state: 'running' });
  expect(instance.requests[0]).toMatchObject({ host: `127.0.0.1:${port}` });
});

test('where there is nothing, nothing runs and nothing is made', async () => {
  const instance = new StagedInstance();
  expect(await discoverInstance(instance.paths)).toEqual({ state: 'stopped', staleRecord: false });
  expect(fs.readdirSync(instance.stateDir)).toEqual([]);
});

test.each([
  ['of a dead process', { pid: deadPid }],
  ['of a process whose pid somebody else has', { process_started_at: 'another boot:1' }],
  ['that looks alive', {}],
])('a record %s without a held lock is stale, and nobody is asked', async (_, changes) => {
  const instance = new StagedInstance();
  const port = await instance.listen(
    (question, response, ownPort) => void response.end(JSON.stringify(instance.health(question.searchParams.get('nonce') ?? '', ownPort))),
  );
  await instance.publish(port, changes);
  expect(await discoverInstance(instance.paths)).toEqual({ state: 'stopped', staleRecord: true });
  expect(instance.requests).toEqual([]);
});

test.each(['{"schema_version":1,"mode":"proj', '\0\0\0', '', '{"schema_version":2}'])(
  'a damaged record (%j) without a held lock is stale',
  async (content) => {
    const instance = new StagedInstance();
    fs.writeFileSync(instance.paths.runtimeFile, content);
    expect(await discoverInstance(instance.paths)).toEqual({ state: 'stopped', staleRecord: true });
  },
);

test.each([
  ['no record', undefined],
  ['half a record', '{"schema_version":1,"mode":"proj'],
  ['binary data', '\0\x01\x02'],
])('a held lock with %s is a start', async (_, content) => {
  const instance = new StagedInstance();
  await instance.lock();
  if (content !== undefined) fs.writeFileSync(instance.paths.runtimeFile, content);
  expect(await discoverInstance(instance.paths)).toMatchObject({ state: 'starting', holder: { pid: process.pid } });
});

test.each([{ pid: deadPid }, { process_started_at: 'another boot:1' }])(
  'a held lock with the record of an earlier instance (%o) is a start, and nobody is asked',
  async (changes) => {
    const instance = new StagedInstance();
    const port = await instance.run();
    await instance.publish(port, changes);
    expect(await discoverInstance(instance.paths)).toMatchObject({ state: 'starting' });
    expect(instance.requests).toEqual([]);
  },
);

describe('a record counts only when the home confirms it', () => {
  /** Proves itself with a token of its own, behind a record that names it. */
  const planted = async (changes: object = {}): Promise<{ record: object; attacker: StagedInstance }> => {
    const attacker = new StagedInstance();
    const port = await attacker.run();
    const record = JSON.parse(fs.readFileSync(attacker.paths.runtimeFile, 'utf8')) as object;
    return { record: { ...record, port, ...changes }, attacker };
  };

  test('the instance is found behind a planted one, and nobody else is asked', async () => {
    const instance = new StagedInstance();
    const port = await instance.run();
    const own = { instance_id: instance.instanceId };
    for (const changes of [{}, { pid: deadPid }, { process_started_at: 'x' }, own]) {
      const { record, attacker } = await planted(changes);
      fs.writeFileSync(instance.paths.runtimeFile, JSON.stringify(record));
      expect(await discoverInstance(instance.paths)).toMatchObject({ state: 'running', record: { port, token: instance.token } });
      expect(attacker.requests).toEqual([]);
    }
    fs.rmSync(instance.paths.runtimeFile);
    expect(await discoverInstance(instance.paths)).toMatchObject({ state: 'running', record: { port } });
  });

  test('without an entry in the home, one of a living process is not asked, and one of nobody is a start', async () => {
    const instance = new StagedInstance();
    await instance.lock();
    const { record, attacker } = await planted();
    fs.writeFileSync(instance.paths.runtimeFile, JSON.stringify(record));
    expect(await discoverInstance(instance.paths)).toMatchObject({
      state: 'unresponsive',
      reason: expect.stringContaining('it was started with another AGENT_BRAIN_HOME'),
    });
    fs.writeFileSync(instance.paths.runtimeFile, JSON.stringify({ ...record, pid: deadPid }));
    expect(await discoverInstance(instance.paths)).toMatchObject({ state: 'starting' });
    expect(attacker.requests).toEqual([]);
  });

  test('the entry of another state dir in the same home says nothing', async () => {
    const [instance, other] = [new StagedInstance(), new StagedInstance()];
    await instance.lock();
    await other.run();
    const place = { ...instance.paths, instancesDir: other.instancesDir };
    fs.copyFileSync(other.paths.runtimeFile, instance.paths.runtimeFile);
    expect(await discoverInstance(place)).toMatchObject({ state: 'unresponsive' });
    expect(other.requests).toEqual([]);
  });

  test('an instance whose project was moved is found at the new place', async () => {
    const instance = new StagedInstance();
    const port = await instance.run();
    const moved = `${instance.stateDir} moved`;
    fs.renameSync(instance.stateDir, moved);
    onTestFinished(() => fs.renameSync(moved, instance.stateDir));
    const at = (name: string): string => path.join(moved, name);
    const place = { ...instance.paths, stateDir: moved, runtimeFile: at('runtime.json'), lockFile: at('agent-brain.lock') };
    expect(await discoverInstance(place)).toMatchObject({ state: 'running', record: { port } });
  });
});

type Answer = (instance: StagedInstance, nonce: string, response: http.ServerResponse, port: number) => void;
const impostors: [string, Answer, string][] = [
  [
    'another instance',
    (_, nonce, response, port) => void response.end(JSON.stringify(new StagedInstance().health(nonce, port))),
    'another program answers on its port',
  ],
  [
    'no proof',
    ({ instanceId }, nonce, response, port) =>
      void response.end(JSON.stringify({ ...new StagedInstance().health(nonce, port), instance_id: instanceId, proof: undefined })),
    'another program answers on its port',
  ],
  [
    'a proof for another nonce (a replay)',
    (instance, _, response, port) => void response.end(JSON.stringify(instance.health('0'.repeat(32), port))),
    'another program answers on its port',
  ],
  [
    'a proof for another port',
    (instance, nonce, response, port) => void response.end(JSON.stringify(instance.health(nonce, port - 1))),
    'another program answers on its port',
  ],
  ['garbage', (_, __, response) => void response.end('<html>'), 'another program answers on its port'],
  [
    'a redirect',
    (_, __, response) => void response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(),
    'another program answers on its port',
  ],
  ['an endless document', (_, __, response) => void response.write('x'.repeat(100_000)), 'another program answers on its port'],
  [
    'half a document',
    (_, __, response) => void response.writeHead(200, { 'content-length': '100' }).write('{', () => response.destroy()),
    'the connection failed (ECONNRESET)',
  ],
  ['silence', () => {}, 'it does not answer'],
  ['half a document and silence', (_, __, response) => void response.write('{'), 'it does not answer'],
];

test.each(impostors)('a held lock and an answer of %s is an unresponsive instance', async (_, answer, reason) => {
  const instance = new StagedInstance();
  await instance.lock();
  const port = await instance.listen((question, response, ownPort) =>
    answer(instance, question.searchParams.get('nonce') ?? '', response, ownPort),
  );
  await instance.publish(port);
  const asked = performance.now();
  let found = await discoverInstance(instance.paths, { timeoutMs: 400 });
  // A busy machine may take longer for an answer.
  if (found.state === 'unresponsive' && found.reason !== reason) found = await discoverInstance(instance.paths, { timeoutMs: 10_000 });
  expect(found).toMatchObject({ state: 'unresponsive', pid: process.pid, reason });
  expect(performance.now() - asked).toBeLessThan(withinMs(5_000));
  expect(JSON.stringify(instance.requests)).not.toContain(instance.token);
});

test('a held lock and nobody on the port is an unresponsive instance, named by the record when the holder left none', async () => {
  const instance = new StagedInstance();
  await instance.lock({ record: false });
  await instance.publish(1);
  expect(await discoverInstance(instance.paths, { timeoutMs: 50 })).toMatchObject({
    state: 'unresponsive',
    pid: process.pid,
    reason: 'nobody listens on its port',
    holder: undefined,
  });
});

test('an instance that is silent because it stops is found stopped', async () => {
  const instance = new StagedInstance();
  const lock = await instance.lock();
  const port = await instance.listen((_, response) => {
    response.destroy();
    fs.rmSync(instance.paths.runtimeFile);
    setImmediate(() => void lock.release());
  });
  await instance.publish(port);
  expect(await discoverInstance(instance.paths, { timeoutMs: 30_000 })).toEqual({ state: 'stopped', staleRecord: false });
});

test('an instance that takes its time is found', async () => {
  const instance = new StagedInstance();
  await instance.lock();
  let questions = 0;
  const port = await instance.listen((question, response, ownPort) => {
    questions++;
    response.end(questions < 3 ? 'not yet' : JSON.stringify(instance.health(question.searchParams.get('nonce') ?? '', ownPort)));
  });
  await instance.publish(port);
  expect(await discoverInstance(instance.paths, { timeoutMs: 30_000 })).toMatchObject({ state: 'running' });
});

test('a search ends with the reason of its signal', async () => {
  const instance = new StagedInstance();
  await instance.lock();
  const controller = new AbortController();
  const port = await instance.listen(() => controller.abort(new Error('not needed any more')));
  await instance.publish(port);
  await expect(discoverInstance(instance.paths, { signal: controller.signal })).rejects.toThrow('not needed any more');
  await instance.publish(1);
  const waiting = new AbortController();
  const finding = discoverInstance(instance.paths, { signal: waiting.signal });
  setImmediate(() => waiting.abort(new Error('enough')));
  await expect(finding).rejects.toThrow('enough');
});

test('a live holder with a record of a later version is an error that says so', async () => {
  const instance = new StagedInstance();
  await instance.lock();
  fs.writeFileSync(instance.paths.runtimeFile, '{"schema_version":2}');
  await expect(discoverInstance(instance.paths)).rejects.toMatchObject({
    code: 'RECORD_UNSUPPORTED_VERSION',
    data: { pid: process.pid, schema_version: 2 },
  });
});

test('a pointer counts while somebody holds the lock, and sends nobody anywhere', async () => {
  const instance = new StagedInstance();
  const pointer = pointerTo('/h', { instanceId: instance.instanceId });
  fs.writeFileSync(instance.paths.runtimeFile, JSON.stringify(pointer));
  expect(await discoverInstance(instance.paths)).toEqual({ state: 'stopped', staleRecord: false });
  await instance.lock();
  expect(await discoverInstance(instance.paths)).toMatchObject({ state: 'shared', pointer, holder: { pid: process.pid } });
});

test('the user daemon is found by its record, lock and proof; the record of a project in its place says nothing', async () => {
  const daemon = new StagedInstance();
  const port = await daemon.run();
  expect(await discoverDaemon(daemon.paths)).toMatchObject({ state: 'starting' });
  const record = JSON.parse(fs.readFileSync(daemon.paths.runtimeFile, 'utf8')) as object;
  fs.writeFileSync(daemon.paths.runtimeFile, JSON.stringify({ ...record, mode: 'shared', home: daemon.stateDir }));
  expect(await discoverDaemon(daemon.paths)).toMatchObject({ state: 'running', record: { port, home: daemon.stateDir } });
});
