import fs from 'node:fs';
import path from 'node:path';
import { temporaryDirectory } from '@agent-brain/test-harness/temporary';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { directory, git, repository } from '@agent-brain/test-harness/repositories';
import { readGitIndex } from './git-index.ts';

/** A repository with names of many lengths and shapes, an executable, a link and a submodule. */
function variedRepository(root: string, ...options: string[]): string {
  const repo = directory(root, 'repo');
  git(repo, 'init', '--quiet', ...options);
  for (let length = 1; length <= 30; length++) fs.writeFileSync(path.join(directory(repo, `d${length % 3}`), 'n'.repeat(length)), '');
  fs.writeFileSync(path.join(directory(repo, 'long', 'x'.repeat(200), 'y'.repeat(200)), 'z'.repeat(250)), '');
  fs.writeFileSync(path.join(repo, 'ü\n"ß'), '', { mode: 0o755 });
  fs.symlinkSync('nowhere', path.join(repo, 'link'));
  if (options.length === 0) repository(repo, 'sub/module');
  git(repo, 'add', '.');
  return repo;
}

async function entriesIn(repo: string): Promise<string[] | undefined> {
  const entries = await readGitIndex(path.join(repo, '.git/index'));
  return entries === undefined ? undefined : [...entries].map((entry) => `${entry.mode.toString(8)} ${entry.path.toString()}`);
}

const entriesOfGit = (repo: string): string[] =>
  git(repo, 'ls-files', '--stage', '-z')
    .split('\0')
    .slice(0, -1)
    .map((line) => line.replace(/^(\d+) [0-9a-f]+ \d\t/, '$1 '));

const shapes: Record<string, (root: string) => string> = {
  'version 2': (root) => variedRepository(root),
  'version 3': (root) => {
    const repo = variedRepository(root);
    fs.writeFileSync(path.join(repo, 'later'), 'x');
    git(repo, 'add', '--intent-to-add', 'later');
    return repo;
  },
  'version 4': (root) => {
    const repo = variedRepository(root);
    git(repo, 'update-index', '--index-version', '4');
    return repo;
  },
  'a split index with additions, changes and removals': (root) => {
    const repo = variedRepository(root);
    git(repo, 'update-index', '--split-index');
    fs.writeFileSync(path.join(repo, 'added'), 'x');
    fs.writeFileSync(path.join(repo, 'd1/n'), 'changed');
    git(repo, 'rm', '--quiet', '--cached', 'd2/nn', 'd0/nnn');
    fs.chmodSync(path.join(repo, 'd1/nnnn'), 0o755);
    git(repo, 'add', '.', ':!d2/nn', ':!d0/nnn');
    expect(fs.readdirSync(path.join(repo, '.git')).some((name) => name.startsWith('sharedindex.'))).toBe(true);
    return repo;
  },
  'a split index of version 4': (root) => {
    const repo = variedRepository(root);
    git(repo, 'update-index', '--index-version', '4', '--split-index');
    fs.rmSync(path.join(repo, 'd1/n'));
    git(repo, 'add', '--all');
    return repo;
  },
  'SHA-256': (root) => variedRepository(root, '--object-format=sha256'),
  'a conflict': (root) => {
    const repo = repository(root, 'repo');
    for (const branch of ['one', 'two']) {
      git(repo, 'switch', '--quiet', '--create', branch, 'main');
      fs.writeFileSync(path.join(repo, 'README.md'), branch);
      git(repo, 'commit', '--quiet', '--all', '--message', branch);
    }
    expect(() => git(repo, 'merge', 'one')).toThrow(/Command failed/);
    return repo;
  },
};

describe('the entries of a git index are those that git lists', () => {
  test.each(Object.entries(shapes))('%s', async (_, make) => {
    const repo = make(temporaryDirectory('index'));
    const expected = entriesOfGit(repo);
    expect(expected.length).toBeGreaterThan(2);
    expect((await entriesIn(repo))?.toSorted()).toEqual(expected.toSorted());
  });

  test('without the directories that a sparse index does not list', async () => {
    const repo = variedRepository(temporaryDirectory('index'));
    git(repo, 'commit', '--quiet', '--message=all');
    git(repo, 'sparse-checkout', 'set', '--cone', '--sparse-index', 'd1');
    const entries = await entriesIn(repo);
    expect(entries?.length).toBeGreaterThan(10);
    expect(entries).toEqual(entriesOfGit(repo).filter((entry) => entries?.includes(entry)));
  });
});

describe('an index that cannot be read here is told apart from an empty one', () => {
  test('split, without its shared file', async () => {
    const repo = variedRepository(temporaryDirectory('index'));
    git(repo, 'update-index', '--split-index');
    for (const name of fs.readdirSync(path.join(repo, '.git')))
      if (name.startsWith('sharedindex.')) fs.rmSync(path.join(repo, '.git', name));
    expect(await entriesIn(repo)).toBeUndefined();
  });

  test('missing, empty, and no index at all', async () => {
    const root = temporaryDirectory('index');
    expect(await readGitIndex(path.join(root, 'none'))).toBeUndefined();
    for (const content of ['', 'DIRC', 'x'.repeat(200)]) {
      fs.writeFileSync(path.join(root, 'index'), content);
      expect(await readGitIndex(path.join(root, 'index'))).toBeUndefined();
    }
  });

  test('of no entries', async () => {
    const repo = repository(temporaryDirectory('index'), 'repo');
    git(repo, 'rm', '--quiet', '--cached', 'README.md');
    expect(await entriesIn(repo)).toEqual([]);
  });
});

test.each([
  ['whole', false],
  ['split', true],
])('a damaged %s index is never an exception and never an endless loop', async (_, isSplit) => {
  const repo = variedRepository(temporaryDirectory('index'));
  if (isSplit) {
    git(repo, 'update-index', '--split-index');
    fs.rmSync(path.join(repo, 'd1/n'));
    git(repo, 'add', '--all');
  }
  const file = path.join(repo, '.git/index');
  const whole = fs.readFileSync(file);
  await fc.assert(
    fc.asyncProperty(
      fc.nat(whole.length - 1),
      fc.uint8Array({ minLength: 1, maxLength: 8 }),
      fc.nat(whole.length),
      async (at, noise, length) => {
        const damaged = Buffer.from(whole);
        damaged.set(noise.subarray(0, whole.length - at), at);
        fs.writeFileSync(file, damaged.subarray(0, length));
        const entries = await readGitIndex(file);
        expect(entries === undefined || [...entries].length >= 0).toBe(true);
      },
    ),
    { numRuns: 200 },
  );
});
