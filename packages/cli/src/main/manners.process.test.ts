import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { commandResults, envelopeSchema, type StatusResult } from '@agent-brain/contract/commands';
import { doctorReportSchema } from '@agent-brain/contract/doctor';
import { problemSchema } from '@agent-brain/contract/problem';
import { requirePlatform, requireProgram } from '@agent-brain/test-harness/requirements';
import { waitUntil } from '@agent-brain/test-harness/waiting';
import { beforeEach, expect, test } from 'vitest';
import { commandTable } from '../commands/index.ts';
import { program, stateFile, TestUser } from '../fixtures/index.ts';

beforeEach((context) => requireProgram(context, 'git'));

test('every command shows help that is pinned, as `COMMAND --help` and as `help COMMAND`', async () => {
  const user = new TestUser();
  expect((await user.run([])).stdout).toMatchSnapshot('agent-brain');
  expect((await user.run(['--help'])).stdout).toMatchSnapshot('agent-brain --help');
  const pinned: Record<string, string> = {};
  for (const { name } of commandTable) {
    const [byOption, byCommand] = await Promise.all([user.run([name, '--help']), user.run(['help', name])]);
    expect(byOption).toMatchObject({ code: 0, stderr: '', stdout: byCommand.stdout });
    pinned[name] = byOption.stdout;
    expect(byOption.stdout).toMatch(/Examples:\n {2}# /);
  }
  for (const topic of ['exit-codes', 'environment', 'config']) pinned[`help ${topic}`] = (await user.run(['help', topic])).stdout;
  expect(pinned).toMatchSnapshot('commands and topics');
});

test('--json prints one form everywhere, as its schema says, and nothing on stderr', async () => {
  const user = new TestUser();
  const cwd = user.project('json');
  const calls: [keyof typeof commandResults, string[]][] = [
    ['init', ['init']],
    ['start', ['start']],
    ['status', ['status']],
    ['index', ['index', '--dry-run']],
    ['index', ['index', '--detach']],
    ['index', ['index', '--add', '--start', 'src']],
    ['query', ['query', 'locks', '--explain', '-k', '2', '--type', 'doc', '--context', '1', '--group', 'chunk']],
    ['jobs', ['jobs', '--limit', '3']],
    ['list', ['list', '--all']],
    ['logs', ['logs', '-n', '5']],
    ['config list', ['config']],
    ['config get', ['config', 'get', 'chunk_size']],
    ['config set', ['config', 'set', 'chunk_size', '2000']],
    ['config unset', ['config', 'unset', 'chunk_size']],
    ['version', ['version']],
    ['gc', ['gc', '--dry-run']],
    ['restart', ['restart']],
    ['stop', ['stop']],
    ['status', ['status']],
    ['uninstall', ['uninstall', '--purge', '--dry-run']],
  ];
  user.write(cwd, { 'src/a.md': 'locks' });
  for (const [name, args] of calls) {
    const ran = await user.run([...args, '--json'], { cwd });
    expect([args, ran.code, ran.stderr]).toEqual([args, 0, '']);
    expect(ran.stdout.trimEnd()).not.toContain('\n');
    expect(envelopeSchema(commandResults[name]).safeParse(JSON.parse(ran.stdout)).error).toBeUndefined();
  }
});

test.each([
  [['qurey'], 2, 'COMMAND_UNKNOWN'],
  [['query', 'x', '--mod', 'bm25'], 2, 'ARGUMENT_INVALID'],
  [['query', '  '], 2, 'ARGUMENT_INVALID'],
  [['query', 'x'], 6, 'INSTANCE_NOT_RUNNING'],
  [['index'], 6, 'INSTANCE_NOT_RUNNING'],
  [['jobs'], 6, 'INSTANCE_NOT_RUNNING'],
  [['jobs', 'nonsense'], 2, 'ARGUMENT_INVALID'],
  [['jobs', 'cancel'], 2, 'ARGUMENT_INVALID'],
  [['jobs', '--status', 'lost'], 2, 'ARGUMENT_INVALID'],
  [['help', 'nonsense'], 2, 'COMMAND_UNKNOWN'],
  [['config', 'get', 'chunk_sise'], 2, 'CONFIG_KEY_UNKNOWN'],
  [['config', 'set', 'port', '1'], 2, 'ARGUMENT_INVALID'],
  [['start', '--mode', 'shared', '--port', '1'], 2, 'ARGUMENT_INVALID'],
  [['query', '--projects', 'nowhere', 'x'], 4, 'PROJECT_UNKNOWN'],
  [['status', '--project', '/surely/missing'], 2, 'PROJECT_PATH_MISSING'],
] as const)('%j exits with %d and %s, as text and as a problem document', async (args, code, errorCode) => {
  const user = new TestUser();
  const cwd = user.project('errors');
  const [text, json] = await Promise.all([user.run(args, { cwd }), user.run([...args, '--json'], { cwd })]);
  expect(text).toMatchObject({ code, stdout: '' });
  expect(text.stderr).toMatch(new RegExp(`^error\\[${errorCode}\\]: .+\\n {2}→ `));
  expect(json).toMatchObject({ code, stdout: '' });
  expect(problemSchema.parse(JSON.parse(json.stderr))).toMatchObject({ code: errorCode });
});

test('results go to stdout without colour in a pipe, with colour where it is forced, and notes to stderr', async () => {
  const user = new TestUser();
  const cwd = user.project('pipe');
  await user.run(['start'], { cwd });
  const indexed = await user.run(['index'], { cwd });
  expect(indexed.stdout).toMatch(/^✔ Indexed 1 file/);
  expect(indexed.stderr).not.toMatch(/[\r\u001b]/);
  expect((await user.run(['query', 'locks'], { cwd })).stdout).not.toContain('\u001b');
  expect((await user.run(['query', 'locks'], { cwd, env: { FORCE_COLOR: '1' } })).stdout).toContain('\u001b[');
  expect((await user.run(['query', 'locks', '--no-color'], { cwd, env: { FORCE_COLOR: '1' } })).stdout).not.toContain('\u001b');
  expect(await user.run(['index', '--quiet'], { cwd })).toMatchObject({ code: 0, stderr: '' });
  expect((await user.json<{ results: unknown[] }>(['query', '-'], { cwd, input: 'where are locks taken\n' })).results).toHaveLength(1);
});

test('names and texts of a hostile repository cannot steer the terminal', async (context) => {
  requirePlatform(context, 'linux');
  const user = new TestUser();
  const evil = '\u001b]0;owned\u0007\u001b[2Jmarmalade\u009b31m\u202e';
  const cwd = user.project('hostile', { [`${evil}\nx.md`]: `# ${evil}\n\nmarmalade ${evil}\r fake\n` });
  await user.run(['start'], { cwd });
  await user.run(['index'], { cwd });
  for (const args of [
    ['query', 'marmalade', '-v', '--explain'],
    ['query', 'marmalade', '--json'],
    ['index', '--dry-run', '-v'],
    ['logs'],
    ['query', '--mode', evil, 'x'],
  ]) {
    const { stdout, stderr } = await user.run(args, { cwd });
    expect(`${stdout}${stderr}`).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
    expect(`${stdout}${stderr}`).not.toBe('');
  }
});

test('a reader that leaves early is no error', async (context) => {
  requireProgram(context, 'sh');
  const user = new TestUser();
  const out = execFileSync(
    'sh',
    ['-c', `"${process.execPath}" "${program}" help environment | head -n 1; "${process.execPath}" "${program}" config list | true`],
    {
      cwd: user.project('pipe'),
      env: user.env(),
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  expect(out).toBe('Variables\n');
});

test('following the log shows new lines and ends with Ctrl-C', async () => {
  const user = new TestUser();
  const cwd = user.project('follow');
  await user.run(['start'], { cwd });
  const following = user.spawn(['logs', '--follow', '--json', '--lines', '0'], { cwd });
  await waitUntil(
    'a line of the log',
    async () => {
      await user.run(['query', 'x'], { cwd });
      return following.stdout.includes('\n');
    },
    { timeoutMs: 180_000 },
  );
  following.child.kill('SIGINT');
  const ended = await following.ended;
  expect(ended).toMatchObject({ code: 130 });
  for (const line of ended.stdout.trimEnd().split('\n')) expect(JSON.parse(line)).toHaveProperty('time');
});

test('what cannot be undone is asked for, and never done where nobody can answer', async () => {
  const user = new TestUser();
  const cwd = user.project('confirm');
  await user.run(['start'], { cwd });
  expect(await user.problem(['uninstall'], { cwd })).toMatchObject({ code: 'CONFIRMATION_REQUIRED', exit: 2 });
  expect(fs.existsSync(path.join(user.home, 'registry.json'))).toBe(true);
  fs.writeFileSync(path.join(user.home, 'mine.txt'), 'keep me');
  const { instance } = await user.json<StatusResult>(['status'], { cwd });
  const stopped = [{ project_root: cwd, pid: instance?.pid }];
  expect(await user.json(['uninstall', '--dry-run'], { cwd })).toMatchObject({ dry_run: true, stopped });
  expect((await user.run(['uninstall', '--dry-run'], { cwd })).stdout).toContain(`Would stop:\n  ${cwd}  instance, pid ${instance?.pid}\n`);
  const removed = await user.json<{ removed: { path: string }[] }>(['uninstall', '--purge', '--yes'], { cwd });
  expect(removed).toMatchObject({ dry_run: false, stopped });
  expect(removed.removed.map((removal) => removal.path)).toContain(path.join(user.home, 'registry.json'));
  expect(fs.readdirSync(user.home)).toEqual(['mine.txt']);
  expect(fs.readdirSync(stateFile(cwd, '.'))).toEqual(['.gitignore']);
});

test('the doctor finds nothing wrong with a fresh project, changes nothing, and says so', async () => {
  const user = new TestUser();
  const cwd = user.project('doctor');
  await user.run(['init'], { cwd });
  await user.run(['start'], { cwd });
  const before = [user.home, stateFile(cwd, '.')].flatMap(listing);
  // It waits three seconds for an instance, which is not enough on every machine.
  const report = await waitUntil('the doctor has had an answer', async () => {
    const told = doctorReportSchema.parse(JSON.parse((await user.run(['doctor', '--json'], { cwd })).stdout).data);
    return told.instance?.running === true && told;
  });
  expect(report).toMatchObject({ instance: { running: true, record: 'ok' }, index: { documents: 0 } });
  // What the machine itself lacks (inotify) is not the project's.
  expect(report.findings.filter(({ id }) => id !== 'F-401')).toEqual([]);
  expect([user.home, stateFile(cwd, '.')].flatMap(listing)).toEqual(before);

  await user.run(['stop'], { cwd });
  fs.chmodSync(stateFile(cwd, 'state.json'), 0o644);
  fs.writeFileSync(stateFile(cwd, 'config.json'), '{"bind_host":"0.0.0.0"}');
  const ill = await user.run(['doctor'], { cwd });
  expect(ill.code).toBe(1);
  expect(ill.stdout).toContain(`chmod 600 ${stateFile(cwd, 'state.json')}`);
  expect(ill.stdout).toContain('F-105 warn');
});

test('on a machine without a home or a project the doctor reports all the same, and makes nothing', async () => {
  const user = new TestUser();
  const ran = await user.run(['doctor', '--json'], { cwd: user.homedir });
  expect(JSON.parse(ran.stdout)).toMatchObject({ schema_version: 1, data: expect.anything() });
  expect(doctorReportSchema.parse(JSON.parse(ran.stdout).data)).toMatchObject({ instance: null, index: null });
  expect([ran.code, fs.readdirSync(user.homedir)]).toEqual([0, []]);
});

/** Paths, sizes and modes of a tree, the log of the running instance aside. */
function listing(root: string): string[] {
  return (fs.readdirSync(root, { recursive: true }) as string[])
    .filter((name) => !name.startsWith('logs'))
    .map((name) => path.join(root, name))
    .map((file) => `${file} ${fs.lstatSync(file).mode} ${fs.lstatSync(file).isDirectory() ? '' : fs.lstatSync(file).mtimeMs}`)
    .toSorted();
}

test('under a Node.js that is too old the program takes the one of the repository, and without it says what it needs', async (context) => {
  requirePlatform(context, 'linux');
  const old = ['/usr/bin/node', '/usr/local/bin/node'].find(
    (file) => fs.existsSync(file) && Number(execFileSync(file, ['-p', 'process.versions.node.split(".")[0]'], { encoding: 'utf8' })) < 22,
  );
  context.skip(old === undefined, 'optional:node20 needs a Node.js below 22.18 as /usr/bin/node');
  const user = new TestUser();
  expect(await user.run(['--version'], { node: old as string })).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^agent-brain \d/),
  });
  expect(await user.run(['query', 'x'], { node: old as string, cwd: user.project('old') })).toMatchObject({ code: 6 });
  const alone = path.join(user.directory, 'alone', 'bin', 'agent-brain.js');
  fs.mkdirSync(path.dirname(alone), { recursive: true });
  fs.copyFileSync(program, alone);
  fs.writeFileSync(path.join(user.directory, 'alone', 'package.json'), '{"type":"module"}');
  const failed = await new Promise<{ code: unknown; stderr: string }>((resolve) => {
    try {
      resolve({ code: 0, stderr: execFileSync(old as string, [alone, 'status'], { env: user.env(), encoding: 'utf8', stdio: 'pipe' }) });
    } catch (error) {
      resolve({ code: (error as { status: unknown }).status, stderr: String((error as { stderr: unknown }).stderr) });
    }
  });
  expect(failed.code).toBe(78);
  expect(failed.stderr).toMatch(
    /^agent-brain needs Node\.js >= 22\.18 \(found v\d+\.\d+\.\d+ at \/.*\)\.\nNext step: install a newer Node\.js/,
  );
});
