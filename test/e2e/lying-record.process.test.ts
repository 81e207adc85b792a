import { spawn } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { Machine, readRuntime, type RunningInstance, stateDirOf } from '@agent-brain/test-harness/agent-brain';
import { describe, expect, onTestFinished, test } from 'vitest';

const recordFile = (root: string): string => path.join(stateDirOf(root), 'runtime.json');
const running = (machine: Machine, root: string): Promise<{ running: boolean }> => machine.json(root, ['status']);

/** A project whose instance was killed, and the record that it left. */
async function killedInstance(machine: Machine): Promise<{ root: string; record: RunningInstance }> {
  const root = machine.project('lied');
  await machine.json(root, ['start']);
  const record = readRuntime(root);
  process.kill(record.pid, 'SIGKILL');
  return { root, record };
}

/** A foreign server that notes what it is told. */
async function impostor(answer: (url: string) => object): Promise<{ server: Server; port: number; heard: string[] }> {
  const heard: string[] = [];
  const server = createServer((request, response) => {
    heard.push(`${request.url} ${request.headers.authorization ?? ''}`);
    response.setHeader('content-type', 'application/json').end(JSON.stringify(answer(request.url ?? '')));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => server.closeAllConnections());
  onTestFinished(() => void server.close());
  return { server, port: (server.address() as AddressInfo).port, heard };
}

describe('a runtime.json that lies', () => {
  test.each<[string, (record: RunningInstance) => string]>([
    ['names a process that is gone', (record) => JSON.stringify(record)],
    ['names a process id that another program has now', (record) => JSON.stringify({ ...record, pid: process.pid })],
    ['is garbage', () => '\u0000\u0001{{{not json'],
    ['is half a file', (record) => JSON.stringify(record).slice(0, 80)],
    ['is empty', () => ''],
    ['is of a newer version', (record) => JSON.stringify({ ...record, schema_version: 99 })],
    ['is another kind of thing', () => '[1,2,3]'],
  ])('that %s is not believed, and the next start makes a true one', async (_what, lie) => {
    const machine = new Machine();
    const { root, record } = await killedInstance(machine);
    writeFileSync(recordFile(root), lie(record));
    expect((await running(machine, root)).running).toBe(false);
    await machine.json(root, ['start', '--timeout', '60']);
    expect(readRuntime(root).pid).not.toBe(record.pid);
    expect((await running(machine, root)).running).toBe(true);
  });

  test('that leads to a foreign server gives away no token, also when that server replays our health', async () => {
    const machine = new Machine();
    const { root, record } = await killedInstance(machine);
    const health = {
      status: 'healthy',
      message: '',
      mode: 'project',
      instance_id: record.instance_id,
      version: '0.1.0',
      protocol_version: '1.0',
      uptime_s: 1,
      proof: 'ab'.repeat(32),
    };
    const { port, heard } = await impostor(() => health);
    writeFileSync(recordFile(root), JSON.stringify({ ...record, port, base_url: `http://127.0.0.1:${port}` }));
    expect((await running(machine, root)).running).toBe(false);
    const problem = await machine.problem(root, ['query', 'anything']);
    expect(problem).toMatchObject({ code: 'INSTANCE_NOT_RUNNING', exit: 6 });
    expect(heard.join('\n')).not.toMatch(/abt_|bearer/i);
  });

  test('that leads a client with a held lock to a foreign server gives away no token either', async () => {
    const machine = new Machine();
    const root = machine.project('squatted');
    await machine.json(root, ['start']);
    const record = readRuntime(root);
    const { port, heard } = await impostor(() => ({
      status: 'healthy',
      message: '',
      mode: 'project',
      instance_id: record.instance_id,
      version: '0.1.0',
      protocol_version: '1.0',
      uptime_s: 1,
      proof: '00'.repeat(32),
    }));
    writeFileSync(recordFile(root), JSON.stringify({ ...record, port, base_url: `http://127.0.0.1:${port}` }));
    await machine.run(root, ['query', 'anything', '--json']);
    expect(heard.join('\n')).not.toMatch(/abt_|bearer/i);
  });

  test('that names the instance of another project is not taken for this one', async () => {
    const machine = new Machine();
    const other = machine.project('other', { 'src/secret.ts': 'export const other_secret = 1;\n' });
    await machine.json(other, ['start']);
    await machine.json(other, ['index']);
    const { root } = await killedInstance(machine);
    writeFileSync(recordFile(root), readFileSync(recordFile(other)));
    expect((await running(machine, root)).running).toBe(false);
    expect(await machine.problem(root, ['query', 'other_secret'])).toMatchObject({ code: 'INSTANCE_NOT_RUNNING' });
  });
});

test('stop never signals a process that only looks like the recorded one', async () => {
  const machine = new Machine();
  const { root, record } = await killedInstance(machine);
  const bystander = spawn('sleep', ['60']);
  onTestFinished(() => void bystander.kill('SIGKILL'));
  writeFileSync(recordFile(root), JSON.stringify({ ...record, pid: bystander.pid }));
  writeFileSync(path.join(stateDirOf(root), 'agent-brain.pid'), `${bystander.pid}\n`);
  await machine.run(root, ['stop', '--json', '--force']);
  expect(bystander.exitCode ?? bystander.signalCode).toBeNull();
  process.kill(bystander.pid ?? 0, 0);
  expect(existsSync(recordFile(root))).toBe(false);
});
