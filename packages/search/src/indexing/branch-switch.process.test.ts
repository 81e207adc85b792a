import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { temporaryDirectory } from '@agent-brain/test-harness/temporary';
import { afterAll, describe, expect, test } from 'vitest';
import { contentOf } from '../store/index-store.contract.ts';
import { MemoryIndexStore } from '../store/index.ts';
import { runInFolder, updatePaths, writeFiles } from './fixtures/run-in-folder.ts';
import { ParsePool } from './index.ts';

const words = ['alpha', 'beta', 'gamma', 'kept', 'moved'];
const fileCount = 600;

const pool = new ParsePool({ size: 2, fileBudgetMs: 20_000 });
afterAll(() => pool.close());

/** Two tags far from each other: files changed, gone, new, moved with their directories, and files that became directories. */
function repository(): string {
  const root = temporaryDirectory('branches');
  const named = (count: number, name: (at: number) => string, text: (at: number) => string) =>
    Object.fromEntries(Array.from({ length: count }, (_, at) => [name(at), text(at)]));
  writeFiles(root, {
    '.gitignore': '*.tmp.md\n',
    'local.tmp.md': 'alpha on no branch\n',
    ...named(
      fileCount,
      (at) => `pkg${at % 30}/src/f${at}.go`,
      (at) => `package alpha\n\nfunc kept${at}() {}\n`,
    ),
    ...named(
      20,
      (at) => `swap${at}`,
      () => 'alpha as a file\n',
    ),
  });
  git(root, 'init', '-q');
  commit(root, 'far-one');
  for (let at = 0; at < 10; at++) fs.renameSync(path.join(root, `pkg${at}`), path.join(root, `moved${at}`));
  for (let at = 10; at < 20; at++) fs.rmSync(path.join(root, `pkg${at}`), { recursive: true });
  for (let at = 0; at < 20; at++) fs.rmSync(path.join(root, `swap${at}`));
  writeFiles(root, {
    '.gitignore': '*.tmp.md\n/pkg29/\n',
    ...named(
      20,
      (at) => `swap${at}/in/g${at}.md`,
      (at) => `# gamma ${at}\n`,
    ),
    ...named(
      fileCount / 3,
      (at) => `pkg${20 + (at % 10)}/src/f${20 + (at % 10) + 30 * Math.floor(at / 10)}.go`,
      (at) => `package beta\n\nfunc kept${at}() {}\n`,
    ),
    pkg5: 'moved away, a file now\n',
  });
  commit(root, 'far-two');
  return root;
}

function git(directory: string, ...args: string[]): string {
  const env = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };
  const identity = ['-c', 'user.name=n', '-c', 'user.email=n@example.org'];
  return execFileSync('git', [...identity, ...args], { cwd: directory, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
}

function commit(root: string, tag: string): void {
  git(root, 'add', '.');
  git(root, 'commit', '-q', '-m', tag);
  git(root, 'tag', tag);
}

describe('a checkout of a tag far away', () => {
  test.each([
    ['the directory', () => ['.']],
    ['each changed path', (root: string) => git(root, 'diff', '--name-only', '-z', 'far-one', 'far-two').split('\0').filter(Boolean)],
  ])('is one update by %s, with few commits, and equal to a fresh index', async (_how, told) => {
    const root = repository();
    const followed = new MemoryIndexStore();
    await runInFolder(followed, root, { pool });
    for (const tag of ['far-one', 'far-two']) {
      git(root, 'checkout', '-q', tag);
      let commits = 0;
      const stats = await updatePaths(followed, root, told(root), { pool, onCommit: () => (commits += 1) });
      expect(stats.added + stats.changed + stats.removed).toBeGreaterThan(700);
      expect(commits).toBeLessThan(10);
      const fresh = new MemoryIndexStore();
      await runInFolder(fresh, root, { pool });
      expect(contentOf(followed, words)).toEqual(contentOf(fresh, words));
    }
  });
});
