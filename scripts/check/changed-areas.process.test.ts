import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { requireProgram } from '@agent-brain/test-harness/requirements';
import { temporaryDirectory } from '@agent-brain/test-harness/temporary';
import { expect, test } from 'vitest';
import { areaOf, changedAreas } from './changed-areas.ts';
import { trackedFiles } from './tracked-files.ts';

test.each([
  ['packages/search/src/rank/index.ts', 'packages/search'],
  ['test/harness/src/a.ts', 'test/harness'],
  ['test/e2e/a.test.ts', 'test/e2e'],
  ['scripts/check.ts', 'scripts'],
  ['README.md', 'README.md'],
])('%s is of the area %s', (file, area) => {
  expect(areaOf(file)).toBe(area);
});

test('areas with commits of this branch, changes and new files are found, and a file that decides for all means all', (context) => {
  requireProgram(context, 'git');
  const root = temporaryDirectory('areas');
  const write = (file: string): void => {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), `${Math.random()}\n`);
  };
  const git = (...argv: string[]): void =>
    void execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.org', ...argv], { cwd: root, stdio: 'ignore' });
  const commit = (): void => {
    git('add', '.');
    git('commit', '-m', 'all');
  };
  git('init', '-b', 'main');
  for (const name of ['packages/a/src/x.ts', 'packages/b/src/x.ts', 'packages/c/src/x.ts', 'bench/x.ts', 'tsconfig.json']) write(name);
  commit();
  expect(changedAreas(root)).toEqual([]);
  git('switch', '-c', 'branch');
  write('packages/a/src/x.ts');
  commit();
  rmSync(path.join(root, 'bench/x.ts'));
  write('packages/c/src/new.ts');
  expect(changedAreas(root)).toEqual(['bench', 'packages/a', 'packages/c']);
  expect(trackedFiles(root, changedAreas(root))).toEqual(['packages/a/src/x.ts', 'packages/c/src/new.ts', 'packages/c/src/x.ts']);
  write('tsconfig.json');
  expect(changedAreas(root)).toBeUndefined();
});
