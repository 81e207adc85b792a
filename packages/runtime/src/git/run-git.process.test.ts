import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { requireProgram } from '@agent-brain/test-harness/requirements';
import { directory, repository } from '@agent-brain/test-harness/repositories';
import { temporaryDirectory } from '@agent-brain/test-harness/temporary';
import { withinMs } from '@agent-brain/test-harness/timing';
import { waitUntil } from '@agent-brain/test-harness/waiting';
import { describe, expect, test } from 'vitest';
import { runGit } from './index.ts';

const timeoutMs = 45_000;

/** A program named git that does something else: the value of a PATH. */
function fakeGit(root: string, script: string): string {
  const bin = directory(root, 'fake-bin');
  fs.writeFileSync(path.join(bin, 'git'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return `${bin}:/usr/bin:/bin`;
}

/** A killed orphan may stay a zombie where nobody reaps it (a container). */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !fs.existsSync('/proc/self/stat') || !/\) Z /.test(fs.readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

const pidIn = (file: string): number => (fs.existsSync(file) ? Number(fs.readFileSync(file, 'utf8')) : 0);

test('git answers, and sees the settings of the user', async (context) => {
  requireProgram(context, 'git');
  const root = temporaryDirectory('git');
  fs.writeFileSync(path.join(root, '.gitconfig'), '[core]\n\texcludesFile = ~/mine\n');
  const env = { PATH: process.env['PATH'], HOME: root, GIT_CONFIG_NOSYSTEM: '1' };
  expect(await runGit(['--version'], { env, timeoutMs })).toMatchObject({ state: 'ok', output: expect.stringContaining('git version') });
  const excludes = ['config', '--type=path', '--get', 'core.excludesFile'];
  expect(await runGit(excludes, { env, timeoutMs })).toEqual({ state: 'ok', output: `${root}/mine\n` });
});

test('no repository is asked, whichever one the environment of the caller names', async (context) => {
  requireProgram(context, 'git');
  const root = temporaryDirectory('git');
  const repo = repository(root, 'repo');
  fs.appendFileSync(path.join(repo, '.git/config'), '[core]\n\texcludesFile = /dev/zero\n');
  const env = {
    PATH: process.env['PATH'],
    HOME: root,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_DIR: path.join(repo, '.git'),
    GIT_WORK_TREE: repo,
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: 'core.excludesFile',
    GIT_CONFIG_VALUE_0: '/dev/zero',
    GIT_CONFIG_PARAMETERS: "'core.excludesFile'='/dev/zero'",
  };
  expect(await runGit(['config', '--get', 'core.excludesFile'], { env, timeoutMs })).toMatchObject({ state: 'failed' });
  expect(await runGit(['rev-parse', '--show-toplevel'], { env, timeoutMs })).toMatchObject({ state: 'failed' });
});

describe('git is not believed to be well', () => {
  test.each([
    ['is missing', () => '/nonexistent', { state: 'missing' }],
    ['is only in relative directories of PATH', () => '.:bin:', { state: 'missing' }],
    ['fails', (root: string) => fakeGit(root, 'echo "fatal: no" >&2; exit 128'), { state: 'failed', reason: 'fatal: no' }],
    ['fails silently', (root: string) => fakeGit(root, 'exit 3'), { state: 'failed', reason: 'git ended with 3' }],
    ['prints without end', (root: string) => fakeGit(root, 'exec yes'), { state: 'failed', reason: 'git printed more than 65536 bytes' }],
  ])('when it %s', async (_, searchPath, expected) => {
    const root = temporaryDirectory('git');
    expect(await runGit(['--version'], { env: { PATH: searchPath(root) }, timeoutMs })).toEqual(expected);
  });

  test('when it eats memory', async () => {
    const root = temporaryDirectory('git');
    const eats = fakeGit(root, `exec tail /dev/zero`);
    const answer = await runGit([], { env: { PATH: eats }, timeoutMs });
    // macOS cannot limit it: there its time ends it.
    expect(answer.state).toBe(process.platform === 'linux' ? 'failed' : 'timeout');
  });

  test('when it hangs: it is killed together with what it started', async () => {
    const root = temporaryDirectory('git');
    const env = { PATH: fakeGit(root, `sleep 300 & echo $! > ${root}/helper.pid; sleep 300`) };
    let helper = 0;
    // A busy machine may take longer to start it than it is given.
    for (let ms = 500; helper === 0; ms *= 3) {
      const started = performance.now();
      expect(await runGit(['--version'], { env, timeoutMs: ms })).toEqual({ state: 'timeout' });
      expect(performance.now() - started).toBeLessThan(withinMs(ms + 4_000));
      helper = pidIn(`${root}/helper.pid`);
    }
    await waitUntil('the helper is gone', () => !isRunning(helper));
  });
});

test.each(['SIGKILL', 'SIGTERM'] as const)('git and what it started end with the process that asked, also after %s', async (signal) => {
  const root = temporaryDirectory('git');
  const searchPath = fakeGit(root, `echo $$ > ${root}/git.pid; sleep 300 & echo $! > ${root}/helper.pid; sleep 300`);
  const script = `import { runGit } from ${JSON.stringify(path.join(import.meta.dirname, 'index.ts'))};
    await runGit([], { env: { PATH: ${JSON.stringify(searchPath)} }, timeoutMs: 300_000 });`;
  const asking = spawn(process.execPath, ['--input-type=module', '--eval', script], { stdio: 'inherit' });
  const ended = new Promise((resolve) => asking.once('exit', resolve));
  await waitUntil('git has started its helper', () => pidIn(`${root}/helper.pid`) > 0);
  asking.kill(signal);
  await ended;
  await waitUntil('git and its helper are gone', () => !isRunning(pidIn(`${root}/git.pid`)) && !isRunning(pidIn(`${root}/helper.pid`)));
});

test('nothing of it is left when it has ended', async (context) => {
  requireProgram(context, 'git');
  const root = temporaryDirectory('git');
  const env = { PATH: fakeGit(root, `ps -o pid= -g $$ > /dev/null 2>&1; echo $$`), HOME: root };
  const answer = await runGit([], { env, timeoutMs });
  const group = answer.state === 'ok' ? Number(answer.output) : 0;
  expect(group).toBeGreaterThan(1);
  await waitUntil('its process group is empty', () => {
    try {
      process.kill(-group, 0);
      return false;
    } catch {
      return true;
    }
  });
});
