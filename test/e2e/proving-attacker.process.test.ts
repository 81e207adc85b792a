import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { QueryResponse } from '@agent-brain/contract/query';
import { healthProof, newInstanceId, newToken } from '@agent-brain/runtime/discovery';
import { noteFigure } from '@agent-brain/test-harness/figures';
import { Machine, readRuntime, stateDirOf } from '@agent-brain/test-harness/agent-brain';
import { requireProgram } from '@agent-brain/test-harness/requirements';
import { waitUntil } from '@agent-brain/test-harness/waiting';
import { beforeEach, expect, onTestFinished, test } from 'vitest';

/*
 * A server that proves itself rightly, with a token that it has chosen itself, behind a record that somebody has put into the
 * project. Nothing may reach it, not even the question who it is.
 */
beforeEach((context) => requireProgram(context, 'git'));

const git = (cwd: string, ...args: string[]): string =>
  execFileSync('git', ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org', ...args], { cwd, encoding: 'utf8', stdio: 'pipe' });

interface Attacker {
  readonly heard: string[];
  /** Its record, as it would be that of an instance of this project. */
  record(root: string): Record<string, unknown>;
}

async function attacker(host = '127.0.0.1'): Promise<Attacker> {
  const [heard, token, instanceId] = [[] as string[], newToken(), newInstanceId()];
  const server = http.createServer((request, response) => {
    heard.push(`${request.method} ${request.url}`);
    const nonce = new URL(request.url ?? '', 'http://x').searchParams.get('nonce') ?? '';
    const health = { status: 'healthy', message: 'ready', mode: 'project', instance_id: instanceId, version: '0.1.0' };
    const proof = healthProof(token, nonce, instanceId, port);
    const answer = { ...health, protocol_version: '1.0', uptime_s: 1, proof, results: [{ path: 'forged' }], projects: [] };
    response.setHeader('content-type', 'application/json').end(JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  onTestFinished(() => void server.close());
  onTestFinished(() => server.closeAllConnections());
  const { port } = server.address() as AddressInfo;
  return {
    heard,
    record: (root) => ({
      schema_version: 1,
      mode: 'project',
      project_root: root,
      project_id: 'p_00000000',
      instance_id: instanceId,
      base_url: `http://${host === '0.0.0.0' ? '127.0.0.1' : host}:${port}`,
      bind_host: host,
      port,
      pid: process.pid,
      process_started_at: 'x',
      started_at: '2026-01-01T00:00:00.000Z',
      version: '0.1.0',
      protocol_version: '1.0',
      token,
    }),
  };
}

/** What the attacker's repository brings along; the user has pulled once before. */
function repository(machine: Machine, name: string): { root: string; origin: string } {
  const origin = machine.project(`${name} origin`, { 'src/lock.ts': 'export const marmalade = 1;\n' });
  git(origin, 'init', '--quiet', '--initial-branch=main');
  git(origin, 'add', '.');
  git(origin, 'commit', '--quiet', '--message=first');
  const root = path.join(machine.folder, name);
  git(machine.folder, 'clone', '--quiet', origin, root);
  machine.watch(root);
  return { root, origin };
}

interface Target {
  readonly machine: Machine;
  readonly root: string;
  readonly origin: string;
  readonly record: Record<string, unknown>;
}

const recordFile = (root: string): string => path.join(stateDirOf(root), 'runtime.json');
const write = (root: string, record: object): void => fs.writeFileSync(recordFile(root), JSON.stringify(record), { mode: 0o600 });

function pull({ root, origin }: Pick<Target, 'root' | 'origin'>, files: Record<string, object>): void {
  fs.mkdirSync(stateDirOf(origin), { recursive: true });
  for (const [name, content] of Object.entries(files)) fs.writeFileSync(path.join(stateDirOf(origin), name), JSON.stringify(content));
  git(origin, 'add', '--force', '.');
  git(origin, 'commit', '--quiet', '--message=planted');
  git(root, 'pull', '--quiet', '--no-rebase');
}

const ways: Record<string, (target: Target) => void> = {
  pulled: (target) => {
    const { pid, process_started_at } = target.record;
    const holder = { schema_version: 1, pid, process_started_at, host: 'h', version: '0.1.0', acquired_at: '2026-01-01T00:00:00.000Z' };
    pull(target, { 'runtime.json': target.record, 'agent-brain.holder.json': { ...holder, purpose: 'serve' } });
  },
  'checked out again': ({ root }) => git(root, 'checkout', '--quiet', '--force', 'HEAD', '--', '.claude'),
  'copied from another project': ({ machine, root, record }) => {
    const other = machine.project('other');
    fs.mkdirSync(stateDirOf(other), { recursive: true });
    write(other, record);
    fs.copyFileSync(recordFile(other), recordFile(root));
  },
  'a symbolic link': ({ machine, root, record }) => {
    const elsewhere = path.join(machine.folder, 'record.json');
    fs.writeFileSync(elsewhere, JSON.stringify(record), { mode: 0o600 });
    fs.symlinkSync(elsewhere, `${recordFile(root)}.link`);
    fs.renameSync(`${recordFile(root)}.link`, recordFile(root));
  },
  'a hard link': ({ machine, root, record }) => {
    const elsewhere = path.join(machine.folder, 'record.json');
    fs.writeFileSync(elsewhere, JSON.stringify(record), { mode: 0o600 });
    fs.linkSync(elsewhere, `${recordFile(root)}.link`);
    fs.renameSync(`${recordFile(root)}.link`, recordFile(root));
  },
  'written with the pid of the instance': ({ root, record }) => {
    const { pid } = readRuntime(root);
    write(root, { ...record, pid });
  },
  'written with everything of the instance but address and token': ({ root, record }) => {
    const { token, port, base_url } = record;
    write(root, { ...readRuntime(root), mode: 'project', token, port, base_url });
  },
  'a pointer to a home that is prepared': ({ machine, root, record }) => {
    const home = path.join(machine.folder, 'prepared home');
    fs.mkdirSync(home, { recursive: true, mode: 0o700 });
    fs.writeFileSync(path.join(home, 'runtime.json'), JSON.stringify({ ...record, mode: 'shared', home }), { mode: 0o600 });
    fs.writeFileSync(path.join(home, 'daemon.lock'), '');
    const { project_id, instance_id, base_url } = record;
    write(root, { schema_version: 1, mode: 'shared', project_root: root, project_id, home, base_url, instance_id });
  },
};

test.for(['project', 'shared'] as const)(
  'in %s mode no question reaches a server that proves itself behind a planted record',
  { timeout: 300_000 },
  async (mode, context) => {
    const machine = new Machine();
    const { root, origin } = repository(machine, 'attacked');
    await machine.json(root, ['start', '--mode', mode]);
    await machine.json(root, ['index']);
    const truth = fs.readFileSync(recordFile(root), 'utf8');
    const { heard, record } = await attacker();
    for (const [way, plant] of Object.entries(ways)) {
      const plantedAt = performance.now();
      plant({ machine, root, origin, record: record(root) });
      const asked = machine.run(root, ['query', 'marmalade', '--json']);
      await waitUntil('the holder has replaced the record', () => isReplaced(root, truth));
      const replacedMs = Math.round(performance.now() - plantedAt);
      const { code, stdout, stderr } = await asked;
      expect([way, code, stderr]).toEqual([way, 0, '']);
      expect((JSON.parse(stdout) as { data: QueryResponse }).data.results[0]?.path).toBe('src/lock.ts');
      expect([way, heard]).toEqual([way, []]);
      noteFigure(context, `${mode} mode, a record that is ${way}: ${heard.length} questions, replaced after ${replacedMs} ms`);
    }
  },
);

const isReplaced = (root: string, truth: string): boolean => {
  try {
    return !fs.lstatSync(recordFile(root)).isSymbolicLink() && fs.readFileSync(recordFile(root), 'utf8') === truth;
  } catch {
    return false;
  }
};

test('behind the record of an instance that is frozen nobody else is asked, whatever address it names', async () => {
  const machine = new Machine();
  const { root } = repository(machine, 'frozen');
  await machine.json(root, ['start', '--mode', 'project']);
  const { heard, record } = await attacker('0.0.0.0');
  const { pid, token } = readRuntime(root);
  process.kill(pid, 'SIGSTOP');
  try {
    write(root, { ...record(root), base_url: `http://0.0.0.0:${String(record(root)['port'])}` });
    expect(await machine.problem(root, ['query', 'marmalade'])).toMatchObject({ code: 'INSTANCE_UNRESPONSIVE' });
  } finally {
    process.kill(pid, 'SIGCONT');
  }
  expect(heard).toEqual([]);
  await waitUntil('the record is back', () => readRuntime(root).token === token);
});
