import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { temporaryDirectory } from '@agent-brain/test-harness/temporary';
import { expect, test } from 'vitest';
import { unwatchedTrees } from './unwatched-trees.ts';

function plant(files: Record<string, string>): string {
  const root = temporaryDirectory('unwatched');
  for (const [name, text] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    fs.writeFileSync(path.join(root, name), text);
  }
  return root;
}

const relative = async (root: string): Promise<string[]> =>
  (await unwatchedTrees(root, [path.join(root, 'state')], process.env)).map((tree) => path.relative(root, tree)).toSorted();

test('in a repository: what git ignores as a whole, the store of git, and what the instance writes', async () => {
  const root = plant({
    '.gitignore': 'node_modules/\n/dist/\n*.log\n',
    'node_modules/a/index.js': 'x',
    'packages/b/node_modules/c/index.js': 'x',
    'dist/out.js': 'x',
    'tracked/dist/a.ts': 'x',
    'a.log': 'x',
    'src/a.ts': 'x',
  });
  execFileSync('git', ['init', '-q'], { cwd: root });
  const trees = await relative(root);
  expect(trees).toEqual(expect.arrayContaining(['.git/objects', '.git/refs', 'dist', 'node_modules', 'packages/b/node_modules', 'state']));
  for (const watched of ['.git', '.git/info', 'a.log', 'src', 'tracked/dist']) expect(trees).not.toContain(watched);
});

test('a directory that is ignored and holds a tracked file is watched', async () => {
  const root = plant({ '.gitignore': 'build/\n', 'build/kept.ts': 'x', 'build/made/out.ts': 'x' });
  execFileSync('git', ['init', '-q'], { cwd: root });
  execFileSync('git', ['add', '-f', 'build/kept.ts'], { cwd: root });
  const trees = await relative(root);
  expect(trees).toContain('build/made');
  expect(trees).not.toContain('build');
});

test('outside a repository: what tools make', async () => {
  const root = plant({ 'node_modules/a/index.js': 'x', 'app/.venv/lib/x.py': 'x', 'src/a.ts': 'x' });
  expect(await relative(root)).toEqual(['app/.venv', 'node_modules', 'state']);
});
