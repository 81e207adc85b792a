import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import type { QueryResponse } from '@agent-brain/contract/query';
import type { ListResult, StatusResult } from '@agent-brain/contract/commands';
import { Machine, readRuntime, stateDirOf } from '@agent-brain/test-harness/agent-brain';
import { seededRandom, testSeed } from '@agent-brain/test-harness/random';
import { requireProgram } from '@agent-brain/test-harness/requirements';
import { waitUntil } from '@agent-brain/test-harness/waiting';
import { beforeEach, expect, test } from 'vitest';

beforeEach((context) => requireProgram(context, 'git'));

const identity = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org'];
const git = (cwd: string, ...args: string[]): string =>
  execFileSync('git', [...identity, ...args], { cwd, encoding: 'utf8', stdio: 'pipe' });

/** A repository with a commit, and a branch that has our .gitignore committed. */
function repository(machine: Machine, name: string): string {
  const root = machine.project(name, { 'src/lock.ts': 'export const marmalade = 1;\n' });
  git(root, 'init', '--quiet', '--initial-branch=main');
  git(root, 'add', '.');
  git(root, 'commit', '--quiet', '--message=first');
  git(root, 'checkout', '--quiet', '-b', 'careless');
  fs.mkdirSync(stateDirOf(root), { recursive: true });
  fs.writeFileSync(path.join(stateDirOf(root), '.gitignore'), '!*\n');
  git(root, 'add', '--force', '.');
  git(root, 'commit', '--quiet', '--message=careless');
  git(root, 'checkout', '--quiet', 'main');
  return root;
}

/** Names of ours that the next commit would hold. */
const staged = (root: string): string[] =>
  git(root, 'diff', '--cached', '--name-only')
    .split('\n')
    .filter((name) => name.startsWith('.claude'));

const moves: Record<string, (root: string) => void> = {
  'stash -u': (root) => git(root, 'stash', '--include-untracked'),
  'clean -fd': (root) => git(root, 'clean', '-ffd'),
  'clean -fdx': (root) => git(root, 'clean', '-ffdx'),
  'checkout of a branch with a .gitignore that includes all': (root) => {
    git(root, 'checkout', '--quiet', '--force', 'careless');
    git(root, 'checkout', '--quiet', '--force', 'main');
  },
  'a removed .gitignore': (root) => fs.rmSync(path.join(stateDirOf(root), '.gitignore'), { force: true }),
};

test.each(['project', 'shared'] as const)(
  'in %s mode nothing of the state dir is ever staged, whatever git does to a live instance',
  { timeout: 300_000 },
  async (mode) => {
    const seed = testSeed();
    const random = seededRandom(seed);
    const machine = new Machine();
    const root = repository(machine, 'hygiene');
    for (let cycle = 0; cycle < 2; cycle++) {
      await machine.json(root, ['start', '--mode', mode, '--timeout', '100']);
      expect(git(root, 'status', '--porcelain', '--untracked-files=all', '.claude')).toBe('');
      await machine.json(root, ['index', '--detach']);
      // The last one takes the lock from the instance; all others leave it running.
      const inAnyOrder = Array.from({ length: 12 }, () => random.pick(Object.keys(moves).filter((name) => name !== 'clean -fdx')));
      for (const done of [...inAnyOrder, 'clean -fdx']) {
        fs.writeFileSync(path.join(root, 'work.txt'), done);
        moves[done]?.(root);
        for (let again = 0; again < 5; again++) {
          git(root, 'add', '--all');
          expect([seed, cycle, done, staged(root)]).toEqual([seed, cycle, done, []]);
          git(root, 'reset', '--quiet');
        }
      }
    }
  },
);

test('git clean -fdx under an instance of its own ends it at once, and the next start works', async () => {
  const machine = new Machine();
  const root = repository(machine, 'cleaned');
  await machine.json(root, ['start', '--mode', 'project']);
  await machine.json(root, ['index']);
  const { pid, instance_id } = readRuntime(root);
  git(root, 'clean', '-ffdx');
  await waitUntil('the instance has ended', () => !fs.existsSync(`/proc/${pid}`));
  expect(fs.existsSync(stateDirOf(root))).toBe(false);
  expect(fs.existsSync(path.join(machine.home, 'instances', `${instance_id}.json`))).toBe(false);
  expect(await machine.json<StatusResult>(root, ['status'])).toMatchObject({ running: false });
  await machine.json(root, ['start']);
  await machine.json(root, ['index']);
  expect((await machine.json<QueryResponse>(root, ['query', 'marmalade'])).results[0]).toMatchObject({ path: 'src/lock.ts' });
});

test('git clean -fdx in shared mode costs no index: the next start answers without indexing', async () => {
  const machine = new Machine();
  const root = repository(machine, 'cleaned');
  await machine.json(root, ['start', '--mode', 'shared']);
  await machine.json(root, ['index']);
  const before = await machine.json<StatusResult>(root, ['status']);
  git(root, 'clean', '-ffdx');
  await waitUntil('nobody serves the project', async () => !(await machine.json<StatusResult>(root, ['status'])).running);
  await machine.json(root, ['start']);
  const after = await machine.json<StatusResult>(root, ['status']);
  expect(after.index?.total_documents).toBe(before.index?.total_documents);
  expect((await machine.json<QueryResponse>(root, ['query', 'marmalade'])).results[0]).toMatchObject({ path: 'src/lock.ts' });
});

test('another repository at the place of one that was removed gets nothing of its index', async () => {
  const machine = new Machine();
  const root = repository(machine, 'replaced');
  await machine.json(root, ['start', '--mode', 'shared']);
  await machine.json(root, ['index']);
  fs.rmSync(root, { recursive: true });
  await waitUntil(
    'the daemon serves nothing',
    async () => (await machine.json<ListResult>(machine.folder, ['list'])).daemon.active_projects === 0,
  );
  repository(machine, 'replaced');
  await machine.json(root, ['start', '--mode', 'shared']);
  expect((await machine.json<StatusResult>(root, ['status'])).index?.total_documents).toBe(0);
});
