import fs from 'node:fs';
import { expect, test } from 'vitest';
import { temporaryDirectory } from '@agent-brain/test-harness/temporary';
import { git, plant, walk } from './fixtures/walk-tree.ts';

test.each([true, false])('the state of earlier programs is never read, at any depth, tracked or not (tracked: %s)', async (isTracked) => {
  const root = fs.realpathSync(temporaryDirectory('walk'));
  git(root, 'init', '-q');
  plant(root, {
    '.agent-brain/config.json': '{"api_key": "secret"}',
    'packages/a/.agent-brain/indexed_folders.jsonl': '{}',
    '.claude/doc-serve/config.json': '{}',
    '.claude/agent-brain/config.json': '{}',
    '.claude/commands/go.md': '# go\n',
    'docs/doc-serve/intro.md': '# intro\n',
  });
  if (isTracked) git(root, 'add', '--all', '--force');
  const { files } = await walk(root);
  expect(files.map(({ path }) => path).sort()).toEqual(['.claude/commands/go.md', 'docs/doc-serve/intro.md']);
});
