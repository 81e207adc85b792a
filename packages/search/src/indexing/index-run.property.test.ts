import fs from 'node:fs';
import path from 'node:path';
import { temporaryDirectory } from '@agent-brain/test-harness/temporary';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { contentOf } from '../store/index-store.contract.ts';
import { SqliteIndexStore, storeFile } from '../store/index.ts';
import { ParsePool } from './index.ts';
import { runInFolder, writeFiles } from './fixtures/run-in-folder.ts';

const names = ['a.go', 'b.py', 'src/c.ts', 'src/d.md', 'src/deep/e.rs', 'test/f_test.go'];
const words = ['alpha', 'beta', 'gamma', 'delta', 'func', 'class', 'router'];
const folders = ['', 'src', 'src/deep'];
const rounds = process.env['AGENT_BRAIN_SOAK'] === '1' ? 150 : 6;

const text = fc
  .array(
    fc.array(fc.constantFrom(...words), { minLength: 1, maxLength: 6 }).map((line) => line.join(' ')),
    { minLength: 1, maxLength: 40 },
  )
  .map((lines) => `${lines.join('\n')}\n`);

const change = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('write' as const), name: fc.constantFrom(...names), text }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('remove' as const), name: fc.constantFrom(...names) }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('rename' as const), name: fc.constantFrom(...names), to: fc.constantFrom(...names) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('index' as const), folder: fc.constantFrom(...folders) }) },
);

const pool = new ParsePool({ size: 1, fileBudgetMs: 20_000 });
afterAll(() => pool.close());

test('after any changes and runs, an index of the folder is as a fresh one of its final state', { timeout: 1_800_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 2, maxLength: 12 }), async (changes) => {
      const root = temporaryDirectory('project');
      for (const folder of folders) fs.mkdirSync(path.join(root, folder), { recursive: true });
      const grown = SqliteIndexStore.open(storeFile(temporaryDirectory('grown')));
      const fresh = SqliteIndexStore.open(storeFile(temporaryDirectory('fresh')));
      const indexed = new Set<string>();
      try {
        for (const step of changes) {
          if (step.kind === 'index') {
            indexed.add(step.folder);
            await runInFolder(grown, root, { folder: path.join(root, step.folder), pool });
          } else apply(root, step);
        }
        // The same folders in both, outermost first; the order of runs must not matter either.
        indexed.add('');
        for (const folder of [...indexed].sort()) await runInFolder(grown, root, { folder: path.join(root, folder), pool });
        for (const folder of [...indexed].sort().reverse()) await runInFolder(fresh, root, { folder: path.join(root, folder), pool });
        expect(contentOf(grown, words)).toEqual(contentOf(fresh, words));
        expect(grown.verify()).toEqual([]);
      } finally {
        grown.close();
        fresh.close();
      }
    }),
    { numRuns: rounds },
  );
});

function apply(root: string, step: { kind: 'write' | 'remove' | 'rename'; name: string; text?: string; to?: string }): void {
  const file = path.join(root, step.name);
  if (step.kind === 'write') writeFiles(root, { [step.name]: step.text ?? '' });
  else if (!fs.existsSync(file)) return;
  else if (step.kind === 'remove') fs.rmSync(file);
  else {
    fs.mkdirSync(path.dirname(path.join(root, step.to ?? '')), { recursive: true });
    fs.renameSync(file, path.join(root, step.to ?? ''));
  }
}
