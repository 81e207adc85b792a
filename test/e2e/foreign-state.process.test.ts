import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { Machine, stateDirOf } from '@agent-brain/test-harness/agent-brain';
import { requirePlatform } from '@agent-brain/test-harness/requirements';
import { withinMs } from '@agent-brain/test-harness/timing';
import { describe, expect, onTestFinished, test } from 'vitest';

interface Started {
  started: boolean;
  instance: { instance_id: string };
}

test('one state dir for two projects answers none of them from the index of the other', async () => {
  const machine = new Machine();
  const shared = { AGENT_BRAIN_STATE_DIR: path.join(machine.folder, 'state') };
  const first = machine.project('first', { 'secret.ts': 'export const secret_of_the_first = 1;\n' });
  const second = machine.project('second');
  await machine.json(first, ['start'], shared);
  await machine.json(first, ['index'], shared);
  for (const command of [['query', 'secret_of_the_first'], ['status'], ['start'], ['stop']]) {
    expect(await machine.problem(second, command, shared)).toMatchObject({
      code: 'STATE_DIR_TAKEN',
      detail: expect.stringContaining(first),
    });
  }
  expect(await machine.json(first, ['query', 'secret_of_the_first'], shared)).toMatchObject({ total_results: 1 });
  await machine.json(first, ['stop'], shared);
});

test('a copy by hard links, of a project that is being served, gets a state of its own', async (context) => {
  requirePlatform(context, 'linux');
  const machine = new Machine();
  const root = machine.project('original', { 'src/lantern.ts': 'export const light_the_lantern = 1;\n' });
  const first = await machine.json<Started>(root, ['start']);
  await machine.json(root, ['index']);
  const copy = path.join(machine.folder, 'copy');
  execFileSync('cp', ['-al', root, copy]);
  machine.watch(copy);
  const second = await machine.json<Started>(copy, ['start']);
  expect(second.started).toBe(true);
  expect(second.instance.instance_id).not.toBe(first.instance.instance_id);
  expect(await machine.json(copy, ['query', 'light_the_lantern'])).toMatchObject({ results: [] });
  expect(await machine.json(root, ['query', 'light_the_lantern'])).toMatchObject({ results: [{ path: 'src/lantern.ts' }] });
});

test.each(['agent-brain.lock', 'start.lock', 'runtime.json', 'agent-brain.holder.json'])(
  'a clone that brings %s as a link gets a file of its own, and nothing behind the link is touched',
  async (name) => {
    const machine = new Machine();
    const root = machine.project('clone');
    const precious = path.join(machine.folder, 'precious');
    writeFileSync(precious, 'precious\n');
    mkdirSync(stateDirOf(root), { recursive: true });
    symlinkSync(precious, path.join(stateDirOf(root), name));
    expect(await machine.json<Started>(root, ['start'])).toMatchObject({ started: true });
    expect(readFileSync(precious, 'utf8')).toBe('precious\n');
    expect(existsSync(path.join(stateDirOf(root), name))).toBe(true);
    expect(lstatSync(path.join(stateDirOf(root), name)).isSymbolicLink()).toBe(false);
  },
);

describe('a clone whose state dir is a link to somewhere else', () => {
  test.each([
    ['.claude/agent-brain', (root: string, victim: string) => symlinkSync(victim, path.join(root, '.claude', 'agent-brain'))],
    [
      '.claude',
      (root: string, victim: string) => {
        rmdirSync(path.join(root, '.claude'));
        symlinkSync(path.dirname(victim), path.join(root, '.claude'));
      },
    ],
  ])('at %s is refused by every command, and nothing behind the link is read, made or removed', async (_where, link) => {
    const machine = new Machine();
    const root = machine.project('hostile');
    const victim = path.join(machine.folder, 'victim', 'agent-brain');
    mkdirSync(victim, { recursive: true });
    mkdirSync(path.join(root, '.claude'));
    for (const name of ['runtime.json', 'agent-brain.pid', 'config.json', '.x.1.0123456789ab.tmp'])
      writeFileSync(path.join(victim, name), '{}');
    const before = readdirSync(victim);
    link(root, victim);
    for (const command of [['status'], ['query', 'x'], ['stop'], ['start'], ['init'], ['config', 'set', 'chunk_size', '900']]) {
      expect(await machine.problem(root, command)).toMatchObject({ code: 'STATE_DIR_UNSAFE' });
    }
    const report = await machine.run(root, ['doctor', '--json']);
    expect(JSON.parse(report.stdout).data).toMatchObject({ findings: [{ id: 'F-010', severity: 'critical' }] });
    expect(report.code).toBe(1);
    expect(readdirSync(victim)).toEqual(before);
    expect(readFileSync(path.join(victim, 'config.json'), 'utf8')).toBe('{}');
  });

  test('is left alone by uninstall, and hides no other project from the list', async () => {
    const machine = new Machine();
    const good = machine.project('good');
    await machine.json(good, ['start']);
    const root = machine.project('turned');
    await machine.json(root, ['init']);
    const victim = path.join(machine.folder, 'victim');
    mkdirSync(path.join(victim, 'data'), { recursive: true });
    writeFileSync(path.join(victim, 'runtime.json'), '{}');
    rmSync(stateDirOf(root), { recursive: true });
    symlinkSync(victim, stateDirOf(root));
    const listed = await machine.run(machine.folder, ['list']);
    expect(listed).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/good +running/),
      stderr: expect.stringContaining('symbolic link'),
    });
    await machine.json(machine.folder, ['uninstall', '--purge', '--yes']);
    expect(readdirSync(victim)).toEqual(['data', 'runtime.json']);
  });
});

test('an instance of a newer version hides no other project from the list, and the doctor names it', async () => {
  const machine = new Machine();
  const good = machine.project('good');
  const newer = machine.project('newer');
  await machine.json(good, ['start']);
  const { instance } = await machine.json<Started>(newer, ['start']);
  const record = path.join(stateDirOf(newer), 'runtime.json');
  const content = JSON.parse(readFileSync(record, 'utf8')) as { pid: number };
  // A running instance of this version would at once write again what it has published.
  process.kill(content.pid, 'SIGSTOP');
  onTestFinished(() => void process.kill(content.pid, 'SIGCONT'));
  for (const file of [record, path.join(machine.home, 'instances', `${instance.instance_id}.json`)])
    writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), schema_version: 7 }));
  expect(await machine.json(machine.folder, ['list'])).toMatchObject({
    instances: [
      { name: 'good', state: 'running' },
      { name: 'newer', state: 'unresponsive' },
    ],
  });
  const report = await machine.run(newer, ['doctor', '--json']);
  expect(JSON.parse(report.stdout).data).toMatchObject({ findings: expect.arrayContaining([expect.objectContaining({ id: 'F-103' })]) });
  expect(report.code).toBe(0);
});

test('a git that hangs costs the doctor no more than its three seconds', async (context) => {
  requirePlatform(context, 'linux', 'darwin');
  const machine = new Machine();
  const root = machine.project('slow git');
  const bin = path.join(machine.folder, 'bin');
  mkdirSync(bin);
  writeFileSync(path.join(bin, 'git'), '#!/bin/sh\nsleep 60\n', { mode: 0o755 });
  const since = performance.now();
  const report = await machine.run(root, ['doctor', '--json'], { environment: { PATH: `${bin}:${machine.environment['PATH']}` } });
  expect(performance.now() - since).toBeLessThan(withinMs(3_000));
  expect(JSON.parse(report.stdout).data).toMatchObject({
    environment: { git: null },
    undetermined: expect.arrayContaining(['git']),
    findings: [],
  });
  expect(report.code).toBe(0);
});

test.each(['.', '', 'bin'])('programs of the repository are run by no command, also with %j in PATH', async (searched) => {
  const machine = new Machine();
  const trap = path.join(machine.folder, 'sprung');
  const script = `#!/bin/sh\ntouch '${trap}'\n`;
  const names = ['git', 'node', 'ps', 'agent-brain'].flatMap((name) => [name, `bin/${name}`]);
  const root = machine.project('trapped', Object.fromEntries(names.map((name) => [name, script])));
  for (const name of names) chmodSync(path.join(root, name), 0o755);
  const environment = { PATH: `${searched}:${machine.environment['PATH']}` };
  for (const command of [['doctor'], ['start'], ['index'], ['query', 'x'], ['status'], ['stop']]) {
    expect(await machine.run(root, command, { environment })).toMatchObject({ code: 0 });
  }
  expect(existsSync(trap)).toBe(false);
});

test.each([
  ['a directory', (file: string) => mkdirSync(file), 'FILE_UNWRITABLE'],
  ['a link', (file: string) => symlinkSync('/dev/null', file), 'STATE_DIR_UNSAFE'],
  ['a FIFO', (file: string) => execFileSync('mkfifo', [file]), 'STATE_DIR_UNSAFE'],
])('%s in place of the log is refused by name', async (_what, make, code) => {
  const machine = new Machine();
  const root = machine.project('logless');
  await machine.json(root, ['init']);
  const log = path.join(stateDirOf(root), 'logs', 'server.log');
  make(log);
  expect(await machine.problem(root, ['start'])).toMatchObject({ code, detail: expect.stringContaining(log) });
});
