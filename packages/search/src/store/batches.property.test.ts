import { temporaryDirectory } from '@agent-brain/test-harness/temporary';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { batch, contentOf, sampleFile } from './index-store.contract.ts';
import { type FileSkip, MemoryIndexStore, SqliteIndexReader, SqliteIndexStore, storeFile } from './index.ts';

const rounds = process.env['AGENT_BRAIN_SOAK'] === '1' ? 400 : 40;
const words = ['alpha', 'beta', 'gamma'];
const folders = ['/p', '/p/d'];

/** Few names, so that they come again within a batch; some are the directory of others. */
const path = fc.constantFrom('a.go', 'd', 'd/f.ts', 'd/e', 'd/e/f.ts', 'z.md');
const line = fc.array(fc.constantFrom(...words), { minLength: 1, maxLength: 3 }).map((found) => found.join(' '));
const file = fc.tuple(path, fc.array(line, { maxLength: 3 }), fc.constantFrom('r1', 'r2'));
const skip = path.map(
  (name): FileSkip => ({ path: name, sizeBytes: 1, mtimeMs: 2, ctimeMs: 3, ino: 4, readAtMs: 5, reason: 'binary', recipe: 's' }),
);
const touch = path.map((name) => ({ path: name, sizeBytes: 9, mtimeMs: 8, ctimeMs: 7, ino: 6, readAtMs: 5 }));
const step = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      folderPath: fc.constantFrom(...folders),
      replace: fc.array(file, { maxLength: 8 }),
      remove: fc.array(path, { maxLength: 4 }),
      touch: fc.array(touch, { maxLength: 2 }),
      skip: fc.array(skip, { maxLength: 2 }),
      completedAt: fc.option(fc.constant('2026-01-02T03:04:05.000Z'), { nil: undefined }),
    }),
  },
  { weight: 2, arbitrary: fc.constant('maintain' as const) },
  { weight: 1, arbitrary: fc.constant('reopen' as const) },
  { weight: 1, arbitrary: fc.constant('clear' as const) },
);

test('after any batches, paths repeated in any of their lists, the store is sound and says what the reference says', {
  timeout: 3_600_000,
}, () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 14 }), (steps) => {
      const name = storeFile(temporaryDirectory('store'));
      let store = SqliteIndexStore.open(name, { mergePostings: 50 });
      const model = new MemoryIndexStore();
      try {
        for (const next of steps) {
          if (next === 'maintain') while (store.maintain());
          else if (next === 'reopen') {
            store.close();
            store = SqliteIndexStore.open(name, { mergePostings: 50 });
          } else if (next === 'clear') for (const each of [store, model]) each.clear();
          else {
            const { completedAt, replace, ...lists } = next;
            const files = replace.map(([of, lines, recipe]) => sampleFile(of, lines, { recipe }));
            const order = batch({ ...lists, replace: files, ...(completedAt === undefined ? {} : { completedAt }) });
            for (const each of [store, model]) each.commit(order);
          }
          expect([store.verify(), model.verify()]).toEqual([[], []]);
          expect(seen(store)).toEqual(seen(model));
        }
        const reader = SqliteIndexReader.open(name);
        expect(reader?.check().problems).toEqual([]);
        reader?.close();
      } finally {
        store.close();
      }
    }),
    { numRuns: rounds },
  );
});

/** Recipes go with the next completed run in the one store, at once in the other. */
function seen(store: SqliteIndexStore | MemoryIndexStore) {
  const { paths, counts, answers } = contentOf(store, words);
  const sorted = <Named extends { path: string }>(list: Named[]) => list.sort((left, right) => (left.path < right.path ? -1 : 1));
  return {
    paths,
    documents: counts.documents,
    chunks: counts.chunks,
    answers: answers.map((ofTerm) => ofTerm.map(({ match, score }) => `${match} ${score.toFixed(9)}`)),
    skips: sorted(store.skipsBeneath('')),
    states: sorted(store.filesBeneath('').map(({ id: _id, ...state }) => state)),
  };
}
