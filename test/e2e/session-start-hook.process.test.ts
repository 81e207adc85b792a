import { execFile } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Machine, readRuntime, stateDirOf } from '@agent-brain/test-harness/agent-brain';
import { withinMs } from '@agent-brain/test-harness/timing';
import { waitUntil } from '@agent-brain/test-harness/waiting';
import { expect, test } from 'vitest';

/*
 * The hook that the Claude Code plugin runs when a session begins, as Claude Code runs it: by `sh`, with the project
 * in CLAUDE_PROJECT_DIR, a JSON document on standard input, and whatever happens to be on PATH.
 */
const root = path.resolve(import.meta.dirname, '../..');
const plugin = path.join(root, 'plugins/claude-code');
const hook = path.join(plugin, 'hooks/session-start.sh');

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly durationMs: number;
}

/** @param withProgram `agent-brain` is on PATH */
function beginSession(
  machine: Machine,
  directory: string,
  { withProgram = true, env = {}, cwd = machine.folder }: { withProgram?: boolean; env?: object; cwd?: string } = {},
): Promise<Ended> {
  const bin = path.join(machine.folder, withProgram ? 'bin' : 'empty');
  mkdirSync(bin, { recursive: true });
  const program = path.join(bin, 'agent-brain');
  if (withProgram && !existsSync(program)) symlinkSync(path.join(root, 'packages/cli/bin/agent-brain.js'), program);
  const searched = [bin, ...(withProgram ? [path.dirname(process.execPath), machine.environment['PATH'] ?? ''] : [])].join(path.delimiter);
  const begun = performance.now();
  return new Promise((resolve) => {
    const child = execFile(
      '/bin/sh',
      [hook],
      { cwd, env: { ...machine.environment, PATH: searched, CLAUDE_PROJECT_DIR: directory, ...env }, timeout: 300_000 },
      (error, stdout, stderr) =>
        resolve({ code: error === null ? 0 : Number(error.code ?? -1), stdout, stderr, durationMs: performance.now() - begun }),
    );
    child.stdin?.on('error', () => undefined).end(JSON.stringify({ hook_event_name: 'SessionStart', cwd: directory, source: 'startup' }));
  });
}

const silent = { code: 0, stdout: '', stderr: '' };
const listing = (folder: string): string[] => readdirSync(folder, { recursive: true, encoding: 'utf8' }).toSorted();

test('in a directory that was never initialised it says nothing, starts nothing, makes no file, and is done at once', async () => {
  const machine = new Machine();
  const project = machine.project('mein Gerät', { 'src/a.ts': 'export {};\n', '.claude/settings.json': '{}' });
  const before = listing(project);
  const timed = [];
  for (let round = 0; round < 5; round += 1) timed.push(await beginSession(machine, path.join(project, 'src')));
  for (const ended of timed) expect(ended).toMatchObject(silent);
  expect(listing(project)).toEqual(before);
  expect(existsSync(machine.home)).toBe(false);
  // Shown to be no start of Node.js: the quickest of five, on a machine that does other things too.
  expect(Math.min(...timed.map(({ durationMs }) => durationMs))).toBeLessThan(withinMs(60));
});

test('in an initialised project it says in two lines how the index stands, stopped and running, and starts nothing', async () => {
  const machine = new Machine();
  const project = machine.project('p', { 'src/a.ts': 'export const answer = 42;\n' });
  await machine.json(project, ['init']);
  const stopped = await beginSession(machine, '', { cwd: path.join(project, 'src') });
  expect(stopped).toMatchObject({
    code: 0,
    stderr: '',
    stdout: expect.stringMatching(/^Agent Brain: initialised, not running\nSearch it .*\n$/) as string,
  });
  expect(existsSync(path.join(stateDirOf(project), 'runtime.json'))).toBe(false);

  await machine.json(project, ['index', '--start']);
  const { pid } = readRuntime(project);
  // It waits a second for an instance, which is not enough on every machine.
  const running = await waitUntil('the instance answers in time', async () => {
    const ended = await beginSession(machine, project);
    return !ended.stdout.includes('does not answer') && ended;
  });
  expect(running.stdout).toMatch(/^Agent Brain: running, 2 files indexed, .*\nSearch it .*\n$/);
  expect(readRuntime(project).pid).toBe(pid);
  expect(running.stdout).not.toContain(readRuntime(project).token);

  writeFileSync(path.join(stateDirOf(project), 'runtime.json'), '{"half a rec');
  expect(await beginSession(machine, project)).toMatchObject({ code: 0, stderr: '' });
});

test('a holder that hangs costs the session a moment and no more', async () => {
  const machine = new Machine();
  const project = machine.project('p');
  await machine.json(project, ['start']);
  const { pid } = readRuntime(project);
  process.kill(pid, 'SIGSTOP');
  try {
    const ended = await beginSession(machine, project);
    expect(ended.stdout).toMatch(/^Agent Brain: does not answer/);
    expect(ended.durationMs).toBeLessThan(withinMs(5_000));
  } finally {
    process.kill(pid, 'SIGCONT');
  }
});

test('what is missing or broken leaves the session alone: no program, no directory, damaged state, a foreign clone', async () => {
  const machine = new Machine();
  const project = machine.project('p');
  await machine.json(project, ['init']);
  expect(await beginSession(machine, project, { withProgram: false })).toMatchObject(silent);
  expect(await beginSession(machine, path.join(project, 'gone'))).toMatchObject(silent);
  expect(await beginSession(machine, project, { env: { AGENT_BRAIN_STATE_DIR: path.join(machine.folder, 'none') } })).toMatchObject(silent);

  const state = path.join(stateDirOf(project), 'state.json');
  const trusted = readFileSync(state, 'utf8');
  for (const broken of ['', '{', '[]', '{"schema_version":9}']) {
    writeFileSync(state, broken);
    expect([broken, await beginSession(machine, project)]).toMatchObject([broken, silent]);
  }

  const clone = machine.project('clone', {
    'node_modules/.bin/agent-brain': '#!/bin/sh\ntouch planted\necho planted\n',
    '.claude/agent-brain/state.json': trusted.replace(/s_[0-9a-f]{32}/, `s_${'0'.repeat(32)}`),
  });
  chmodSync(path.join(clone, 'node_modules/.bin/agent-brain'), 0o755);
  const before = listing(clone);
  expect(await beginSession(machine, clone)).toMatchObject(silent);
  const relative = { PATH: `node_modules/.bin:./node_modules/.bin::${path.dirname(process.execPath)}` };
  expect(await beginSession(machine, clone, { env: relative })).toMatchObject(silent);
  expect(listing(clone)).toEqual(before);
});
