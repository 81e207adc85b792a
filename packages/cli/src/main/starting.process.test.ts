import { once } from 'node:events';
import fs from 'node:fs';
import net, { type AddressInfo } from 'node:net';
import path from 'node:path';
import type { StartResult, StatusResult } from '@agent-brain/contract/commands';
import { identifyProcess } from '@agent-brain/runtime/process';
import { requirePlatform, requireProgram } from '@agent-brain/test-harness/requirements';
import { waitUntil } from '@agent-brain/test-harness/waiting';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { artifacts, stateFile, TestUser } from '../fixtures/index.ts';

beforeEach((context) => requireProgram(context, 'git'));

const starters = process.env['AGENT_BRAIN_SOAK'] === '1' ? 20 : 8;

/** Changes the entry in the home that clients believe. @returns how to put it back */
function editEntry(user: TestUser, root: string, change: Record<string, unknown>): () => void {
  const { instance_id: id } = JSON.parse(fs.readFileSync(stateFile(root, 'runtime.json'), 'utf8')) as { instance_id: string };
  const file = path.join(user.home, 'instances', `${id}.json`);
  const before = fs.readFileSync(file, 'utf8');
  fs.writeFileSync(file, JSON.stringify({ ...JSON.parse(before), ...change }));
  return () => fs.writeFileSync(file, before);
}

test(`${starters} starts at once make one server, and all succeed`, async () => {
  const user = new TestUser();
  const cwd = user.project('storm');
  const results = await Promise.all(Array.from({ length: starters }, () => user.json<StartResult>(['start', '--timeout', '120'], { cwd })));
  expect(results.filter(({ started }) => started)).toHaveLength(1);
  expect(new Set(results.map(({ instance }) => instance.instance_id)).size).toBe(1);
});

test.each([
  ['garbage', () => 'not json'],
  ['half a record', (record: string) => record.slice(0, record.length / 2)],
  ['a dead pid', (record: string) => JSON.stringify({ ...JSON.parse(record), pid: 4_194_303 })],
  ['the pid of somebody else', (record: string) => JSON.stringify({ ...JSON.parse(record), pid: process.pid })],
  ['nothing', () => ''],
])('a record that holds %s is stale when nobody holds the lock, and the next start replaces it', async (_, damage) => {
  const user = new TestUser();
  const cwd = user.project('stale');
  await user.json(['start'], { cwd });
  const record = fs.readFileSync(stateFile(cwd, 'runtime.json'), 'utf8');
  await user.json(['stop'], { cwd });
  fs.writeFileSync(stateFile(cwd, 'runtime.json'), damage(record));
  expect(await user.problem(['query', 'locks'], { cwd })).toMatchObject({ code: 'INSTANCE_NOT_RUNNING', exit: 6 });
  expect(await user.json(['start'], { cwd })).toMatchObject({ started: true });
});

test('an entry that names a stranger is not believed, and the stranger gets no token', async () => {
  const user = new TestUser();
  const cwd = user.project('liar');
  await user.json(['start'], { cwd });
  let heard = '';
  const stranger = net.createServer((socket) => {
    socket.on('data', (part) => {
      heard += part.toString();
      socket.end('HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}');
    });
  });
  await once(stranger.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => void stranger.close());
  const { port } = stranger.address() as AddressInfo;
  const putBack = editEntry(user, cwd, { port, base_url: `http://127.0.0.1:${port}` });
  const found = await user.json<StatusResult>(['list'], { cwd });
  expect(found).toMatchObject({ instances: [{ state: 'unresponsive' }] });
  expect(heard).toContain('/health?nonce=');
  expect(heard.toLowerCase()).not.toContain('authorization');
  putBack();
});

test('an older idle instance makes room for one of this version', async () => {
  const user = new TestUser();
  const cwd = user.project('older');
  const first = await user.json<StartResult>(['start'], { cwd });
  editEntry(user, cwd, { version: '0.0.1' });
  const second = await user.json<StartResult>(['start'], { cwd });
  expect(second).toMatchObject({ started: true, replaced_version: '0.0.1' });
  expect(second.instance.pid).not.toBe(first.instance.pid);
});

test('a newer instance is used, and named', async () => {
  const user = new TestUser();
  const cwd = user.project('newer');
  await user.json(['start'], { cwd });
  editEntry(user, cwd, { version: '99.0.0', protocol_version: '1.7' });
  const again = await user.json<StartResult>(['start'], { cwd });
  expect(again).toMatchObject({ started: false, warnings: [expect.stringContaining('99.0.0')] });
});

test('an instance of another protocol is not asked, and can be restarted', async () => {
  const user = new TestUser();
  const cwd = user.project('other-protocol');
  await user.json(['start'], { cwd });
  editEntry(user, cwd, { protocol_version: '2.0' });
  expect(await user.problem(['query', 'x'], { cwd })).toMatchObject({
    code: 'INSTANCE_INCOMPATIBLE',
    exit: 8,
    hint: expect.stringContaining('agent-brain restart'),
  });
  expect(await user.json(['status'], { cwd })).toMatchObject({
    running: true,
    index: null,
    warnings: [expect.stringContaining('agent-brain restart')],
  });
  expect(await user.json(['restart'], { cwd })).toMatchObject({ started: true });
  expect(await user.json(['query', 'x'], { cwd })).toMatchObject({ results: [] });
});

test('a server that gives up says why, at once, through its starter', async () => {
  const user = new TestUser();
  const cwd = user.project('taken');
  const holder = net.createServer();
  await once(holder.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => void holder.close());
  const { port } = holder.address() as AddressInfo;
  expect(await user.problem(['start', '--port', String(port)], { cwd })).toMatchObject({
    code: 'PORT_TAKEN',
    exit: 6,
    detail: expect.stringContaining(String(port)),
  });
  expect(artifacts(cwd)).toEqual([]);
  expect(await user.json(['start'], { cwd })).toMatchObject({ started: true });
});

test('a program that is no server is reported with its last words', async () => {
  const user = new TestUser();
  const cwd = user.project('no-server');
  const bin = path.join(user.directory, 'broken.js');
  fs.writeFileSync(bin, 'console.error("these are my last words"); process.exit(3);');
  const problem = await user.problem(['start'], { cwd, env: { AGENT_BRAIN_BIN: bin } });
  expect(problem).toMatchObject({ code: 'INSTANCE_START_FAILED', exit: 6, data: { log_tail: ['these are my last words'] } });
  expect(problem['detail']).toContain('it exited with code 3');
  expect(await user.problem(['start'], { cwd, env: { AGENT_BRAIN_BIN: '/surely/missing' } })).toMatchObject({
    code: 'SERVER_PROGRAM_MISSING',
    exit: 6,
  });
});

test('an instance that hangs is reported, never killed by the way, and killed when that is asked for', {
  timeout: 600_000,
}, async (context) => {
  requirePlatform(context, 'linux', 'darwin');
  const user = new TestUser();
  const cwd = user.project('hanging');
  const { instance } = await user.json<StartResult>(['start'], { cwd });
  process.kill(instance.pid, 'SIGSTOP');
  expect(await user.problem(['stop', '--timeout', '1'], { cwd })).toMatchObject({
    code: 'INSTANCE_UNRESPONSIVE',
    exit: 6,
    data: { pid: instance.pid },
  });
  const report = await waitUntil('a report that leaves nothing open', async () => {
    const ran = await user.run(['doctor', '--json'], { cwd });
    return JSON.parse(ran.stdout).data.undetermined.length === 0 ? ran : undefined;
  });
  expect(JSON.parse(report.stdout).data).toMatchObject({ findings: expect.arrayContaining([expect.objectContaining({ id: 'F-102' })]) });
  expect(report.code).toBe(1);
  expect(await identifyProcess(instance.pid)).not.toBeNull();
  expect(await user.json(['stop', '--force', '--timeout', '1'], { cwd })).toMatchObject({
    was_running: true,
    pid: instance.pid,
    method: 'kill',
  });
  expect(artifacts(cwd)).toEqual([]);
});

test('a server in the foreground shows its log, and Ctrl-C ends both', async () => {
  const user = new TestUser();
  const cwd = user.project('foreground');
  const running = user.spawn(['start', '--foreground'], { cwd });
  await waitUntil('it says that it started', () => running.stdout.includes('Started http'));
  const { instance } = await user.json<StatusResult>(['status'], { cwd });
  running.child.kill('SIGINT');
  const ended = await running.ended;
  expect(ended.code).toBe(130);
  expect(ended.stderr).toMatch(/ready.*stopping.*stopped/s);
  expect(await identifyProcess(instance?.pid ?? 0)).toBeNull();
  expect(artifacts(cwd)).toEqual([]);
});
