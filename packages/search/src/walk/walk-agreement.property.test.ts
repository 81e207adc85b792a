import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { git, plant, walk } from './fixtures/walk-tree.ts';

const runs = process.env['AGENT_BRAIN_SOAK'] === '1' ? 300 : 15;
const name = fc.constantFrom('a', 'b', 'src', 'build', 'x.ts', 'y.md', 'z.log', 'ü.md', 'a b.py', '.hidden', '[x].ts', 'x.png');
const directory = fc.array(fc.constantFrom('a', 'b', 'src', 'build', 'deep'), { maxLength: 3 }).map((parts) => parts.join('/'));
const rule = fc.constantFrom(
  '*.log',
  'build/',
  '/a',
  'src/*',
  '!x.ts',
  '!src/',
  'b/**',
  '**/deep',
  'y.*',
  '*',
  '!*/',
  '[xy].*',
  'a b.py',
  '# comment',
  'deep/x.ts',
  '!/a/b',
);
const ignoreFile = fc.tuple(
  directory,
  fc.constantFrom('.gitignore', '.gitignore', '.ignore', '.agent-brainignore'),
  fc.array(rule, { maxLength: 4 }),
);
const tree = fc.record({
  files: fc.array(fc.tuple(directory, name), { minLength: 1, maxLength: 25 }),
  ignoreFiles: fc.array(ignoreFile, { maxLength: 4 }),
  isRecursive: fc.boolean(),
  exclude: fc.subarray(['build', '*.py', 'src/**']),
});

test('git and our own walk find the same files and give the same reasons, in any tree', async () => {
  await fc.assert(
    fc.asyncProperty(tree, async ({ files, ignoreFiles, isRecursive, exclude }) => {
      const root = mkdtempSync(join(realpathSync(tmpdir()), 'ab-agree-'));
      try {
        git(root, 'init', '-q');
        const taken = new Set<string>();
        for (const path of files.map(([parent, base]) => (parent === '' ? base : `${parent}/${base}`))) {
          const isInTheWay = [...taken].some((other) => other.startsWith(`${path}/`) || path.startsWith(`${other}/`));
          if (isInTheWay || taken.has(path)) continue;
          taken.add(path);
          plant(root, { [path]: 'x' });
        }
        for (const [parent, base, rules] of ignoreFiles) {
          const path = parent === '' ? base : `${parent}/${base}`;
          if (![...taken].some((other) => path.startsWith(`${other}/`))) plant(root, { [path]: rules.join('\n') });
        }
        const [byGit, byUs] = [
          await walk(root, { exclude, recursive: isRecursive }),
          await walk(root, { exclude, recursive: isRecursive, useGit: false }),
        ];
        expect(byUs.paths).toEqual(byGit.paths);
        // Only git knows of empty directories nothing: a directory of ours without files may be told as left out.
        expect(byUs.skips).toMatchObject(byGit.skips);
      } finally {
        rmSync(root, { recursive: true, force: true });
      }
    }),
    { numRuns: runs },
  );
});
