import fs from 'node:fs';
import path from 'node:path';
import { temporaryDirectory } from '@agent-brain/test-harness/temporary';
import { expect, test } from 'vitest';
import { gitDirectory, isGitAtWork, meaningOf } from './repository-marks.ts';

test.each([
  ['src/a.ts', 'file'],
  ['src/.gitignore', 'rules'],
  ['.agent-brainignore', 'rules'],
  ['.git', 'rules'],
  ['.git/info/exclude', 'rules'],
  ['.git/index', 'hint'],
  ['.git/HEAD', 'hint'],
  ['.git/ORIG_HEAD', 'hint'],
  ['vendor/lib/.git/HEAD', 'hint'],
  ['.git/index.lock', 'work'],
  ['.git/refs/heads/main', 'nothing'],
  ['vendor/lib/.git/objects/ab/cd', 'nothing'],
  ['.github/workflows/ci.yml', 'file'],
])('an event at %s means %s', (relative, meaning) => {
  expect(meaningOf(relative)).toBe(meaning);
});

test('the directory of git is found from a folder inside, and through the file of a worktree', async () => {
  const root = temporaryDirectory('marks');
  fs.mkdirSync(path.join(root, 'repository/.git'), { recursive: true });
  fs.mkdirSync(path.join(root, 'repository/src/deep'), { recursive: true });
  fs.mkdirSync(path.join(root, 'tree'));
  fs.writeFileSync(path.join(root, 'tree/.git'), 'gitdir: ../repository/.git/worktrees/tree\n');
  expect(gitDirectory(path.join(root, 'repository/src/deep'))).toBe(path.join(root, 'repository/.git'));
  expect(gitDirectory(path.join(root, 'tree'))).toBe(path.join(root, 'repository/.git/worktrees/tree'));
});

test('git is at work while it holds a lock that is not forgotten', async () => {
  const root = temporaryDirectory('marks');
  const lock = path.join(root, 'index.lock');
  expect(await isGitAtWork(root, Date.now())).toBe(false);
  fs.writeFileSync(lock, '');
  expect(await isGitAtWork(root, Date.now())).toBe(true);
  expect(await isGitAtWork(root, Date.now() + 61_000)).toBe(false);
});
