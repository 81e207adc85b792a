import { queryRequestSchema } from '@agent-brain/contract/query';
import { temporaryDirectory } from '@agent-brain/test-harness/temporary';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { batch, sampleFile } from '../store/index-store.contract.ts';
import { type IndexStore, MemoryIndexStore, SqliteIndexStore, storeFile } from '../store/index.ts';
import { TOKENIZER_ID } from '../tokenize/index.ts';
import { answerQuery } from './index.ts';

const rounds = process.env['AGENT_BRAIN_SOAK'] === '1' ? 300 : 15;

/** Short lines of few words: very many chunks score the same, and some words begin alike. */
const texts = ['alpha', 'alpha beta', 'beta alpha', 'alpine', 'alphabet gamma', 'gamma'];
const names = Array.from({ length: 90 }, (_, index) => `d${index % 3}/f${String(index).padStart(2, '0')}.go`);

const content = fc.record({
  /** Of each file: which text stands in it, and how often. */
  files: fc.array(fc.tuple(fc.nat(texts.length - 1), fc.integer({ min: 1, max: 12 })), {
    minLength: names.length,
    maxLength: names.length,
  }),
  histories: fc.array(
    fc.record({
      order: fc.infiniteStream(fc.nat()),
      /** Files of one commit. */
      size: fc.integer({ min: 1, max: 60 }),
      /** Each so manieth file had another text before, and each so manieth was one that is gone. */
      rewritten: fc.integer({ min: 1, max: 9 }),
      merges: fc.boolean(),
    }),
    { minLength: 2, maxLength: 3 },
  ),
});

const queries = ['alpha', 'alpha beta', 'alph*', '"beta alpha"', 'd1 gamma', 'f07'];

test('the same content gives the same answer, however it came into the index and however many results are wanted', {
  timeout: 3_600_000,
}, () => {
  fc.assert(
    fc.property(content, ({ files, histories }) => {
      const wanted = new Map(names.map((name, index) => [name, files[index] as [number, number]]));
      const [first, ...others] = histories.map((history) => answersAfter(wanted, history));
      for (const other of others) expect(other).toEqual(first);
      const reference = new MemoryIndexStore();
      reference.commit(batch({ replace: [...wanted].map(([name, of]) => fileOf(name, of)) }));
      for (const query of ['alpha', 'alpha beta', 'd1 gamma'])
        expect(pathsOf(reference, query, 100)).toEqual(first?.[queries.indexOf(query)]?.at(-1));
      for (const ofQuery of first ?? []) for (const fewer of ofQuery) expect(fewer).toEqual(ofQuery.at(-1)?.slice(0, fewer.length));
    }),
    { numRuns: rounds },
  );
});

type History = typeof content extends fc.Arbitrary<infer Value> ? (Value extends { histories: (infer One)[] } ? One : never) : never;

/** Of each query the answers with 1, 7, 30 and 100 results. */
function answersAfter(wanted: ReadonlyMap<string, [number, number]>, { order, size, rewritten, merges }: History): string[][][] {
  const store = SqliteIndexStore.open(storeFile(temporaryDirectory('store')), { mergePostings: 500 });
  const shuffled = [...wanted].map((entry) => ({ entry, place: Number(order.next().value) })).sort((a, b) => a.place - b.place);
  for (let start = 0; start < shuffled.length; start += size) {
    const part = shuffled.slice(start, start + size).map(({ entry }) => entry);
    const before = part.filter((_, index) => index % rewritten === 0).flatMap(([name]) => [name, `${name}.gone.go`]);
    store.commit(batch({ replace: before.map((name) => fileOf(name, [start % texts.length, 5])) }));
    store.commit(
      batch({ remove: before.filter((name) => name.endsWith('.gone.go')), replace: part.map(([name, of]) => fileOf(name, of)) }),
    );
    if (merges) while (store.maintain());
  }
  const answers = queries.map((query) => [1, 7, 30, 100].map((topK) => pathsOf(store, query, topK)));
  expect(store.verify()).toEqual([]);
  store.close();
  return answers;
}

const fileOf = (name: string, [text, times]: readonly [number, number]) =>
  sampleFile(
    name,
    Array.from({ length: times }, () => texts[text] as string),
    { recipe: `${TOKENIZER_ID} test` },
  );

function pathsOf(store: IndexStore, query: string, topK: number): string[] {
  const request = queryRequestSchema.parse({ query, mode: 'bm25', top_k: topK });
  const { results } = answerQuery(store, request, { isIndexing: false, isUnfilled: false, nowMs: () => 0 });
  return results.map(
    ({ path, start_line, score, more_spans }) => `${path}:${start_line} ${score} ${more_spans.map((span) => span.start_line).join(',')}`,
  );
}
