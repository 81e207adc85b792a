import path from 'node:path';
import { writeCorpus } from '@agent-brain/test-harness/corpus';
import { requireProgram } from '@agent-brain/test-harness/requirements';
import { temporaryDirectory } from '@agent-brain/test-harness/temporary';
import { expect, test } from 'vitest';
import { engineBench } from './index.ts';

test('a small tree is measured from end to end, with the others beside', { timeout: 120_000 }, async (context) => {
  requireProgram(context, 'git');
  const folder = temporaryDirectory('bench');
  const tree = path.join(folder, 'sample');
  writeCorpus(tree, { bytes: 150_000 });
  const world = { program: '', repository: '', folder: path.join(folder, 'work'), env: process.env };
  const page = await engineBench(world, { corpora: tree, isFull: false });
  expect(page).toMatch(/^## engine: sample\n\n\d+ files, 0\.\d+ MB, \d+ chunks/);
  for (const row of [
    'index from nothing, first thing in a process',
    'query, warm',
    'index again, nothing changed',
    'edit of one file to its answer',
  ])
    expect(page).toMatch(new RegExp(`^\\| ${row} \\| .*\\d`, 'm'));
  expect(page).toMatch(/^\| its postings alone[^|]* \| [0-9.]+ .*\| [0-9.]+ /m);
  for (const row of ['agent-brain', 'SQLite FTS5', 'MiniSearch'])
    expect(page).toMatch(new RegExp(`^\\| ${row}[^|]* \\| [0-9.]+ .*\\| [0-9.]+ `, 'm'));
});
