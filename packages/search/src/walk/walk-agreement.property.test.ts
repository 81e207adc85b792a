import { existsSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
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
const ignoreFile = fc.tuple(directory, fc.constantFrom('.gitignore', '.gitignore', '.git/info/exclude'), fc.array(rule, { maxLength: 4 }));
const tree = fc.record({
  files: fc.array(fc.tuple(directory, name), { minLength: 1, maxLength: 25 }),
  ignoreFiles: fc.array(ignoreFile, { maxLength: 4 }),
  /** Which of the files are tracked, ignored ones included. */
  isTracked: fc.array(fc.boolean(), { minLength: 25, maxLength: 25 }),
  /** A directory that is a repository of its own, before or after its files were added. */
  inner: fc.option(fc.tuple(fc.constantFrom('a', 'src', 'src/deep'), fc.boolean())),
  folder: fc.constantFrom('', 'src', 'a'),
  splits: fc.boolean(),
});

/** What git lists of a folder: files, and repositories inside with `/` at their end. */
function listedByGit(root: string, folder: string): string[] {
  const listed = git(join(root, folder), 'ls-files', '-z', '--cached', '--others', '--exclude-standard').split('\0').filter(Boolean);
  return [...new Set(listed)].map((path) => (folder === '' ? path : `${folder}/${path}`)).sort();
}

test('a walk tells of the files that git lists, and of no others, in any tree', async () => {
  await fc.assert(
    fc.asyncProperty(tree, async ({ files, ignoreFiles, isTracked, inner, folder, splits }) => {
      const root = mkdtempSync(join(realpathSync(tmpdir()), 'ab-agree-'));
      try {
        git(root, 'init', '-q');
        const taken = new Set<string>();
        const plantOnce = (path: string, text: string): void => {
          const isInTheWay = [...taken].some((other) => other.startsWith(`${path}/`) || path.startsWith(`${other}/`));
          if (isInTheWay || taken.has(path)) return;
          taken.add(path);
          plant(root, { [path]: text });
        };
        plantOnce('src/always.md', 'x');
        plantOnce('a/always.md', 'x');
        for (const [parent, base] of files) plantOnce(parent === '' ? base : `${parent}/${base}`, 'x');
        for (const [parent, base, rules] of ignoreFiles) {
          if (base === '.gitignore') plantOnce(parent === '' ? base : `${parent}/${base}`, rules.join('\n'));
          else plant(root, { [base]: rules.join('\n') });
        }
        const makeInner = (): void => {
          if (inner !== null && existsSync(join(root, inner[0]))) git(join(root, inner[0]), 'init', '-q');
        };
        if (inner?.[1] === true) makeInner();
        if (splits) git(root, 'update-index', '--split-index');
        const isOwn = (path: string): boolean => inner?.[1] === true && path.startsWith(`${inner[0]}/`);
        const tracked = [...taken].filter((path, at) => isTracked[at % isTracked.length] === true && !isOwn(path));
        if (tracked.length > 0) git(root, 'add', '-f', '--', ...tracked.map((path) => `:(literal)${path}`));
        if (inner?.[1] === false) makeInner();

        const { paths, skips } = await walk(root, { folder: join(root, folder) });
        const reasons = Object.entries(skips).filter(([, reason]) => reason !== 'empty');
        const byGit = listedByGit(root, folder);
        // A folder that is ignored is walked all the same when a person names it and nothing in it is tracked.
        if (byGit.length === 0) return;
        expect([...paths, ...reasons.map(([path]) => path)].sort()).toEqual(
          byGit.filter((path) => !(path in skips && skips[path] === 'empty')),
        );
      } finally {
        rmSync(root, { recursive: true, force: true });
      }
    }),
    { numRuns: runs },
  );
});
