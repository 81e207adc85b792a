import fc from 'fast-check';
import { expect, test } from 'vitest';
import { naiveBm25 } from './fixtures/naive-bm25.ts';
import { TestIndex, type TestFile } from './fixtures/test-index.ts';
import { checkSegment, documentsWithAll, type FieldWeights, termsWithPrefix } from './index.ts';

const numRuns = process.env['AGENT_BRAIN_SOAK'] === '1' ? 1_500 : 60;

/** Few words, so that lists become long, and some with much in common, so that the dictionary has something to compress. */
/** As it stands in the index. */
const asTerm = (text: string) => text.toLowerCase();
const words = ['get', 'set', 'user', 'username', 'usernames', 'parser', 'parse', 'x', 'ß', '数据', 'données', 'i18n', 'token', '𐐷', 'zz'];
const word = fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...words.slice(0, 4)) }, fc.constantFrom(...words));
const sentence = (maxLength: number) => fc.array(word, { maxLength }).map((list) => list.join(' '));
const chunk = fc.record({ text: sentence(30), symbol: sentence(2) });
const file: fc.Arbitrary<TestFile> = fc.record({
  path: fc.tuple(word, word).map((parts) => parts.join('/')),
  // Copies fill blocks and lists without making the values large.
  chunks: fc
    .array(fc.tuple(chunk, fc.oneof({ weight: 5, arbitrary: fc.constant(1) }, fc.integer({ min: 1, max: 150 }))), { maxLength: 8 })
    .map((list) => list.flatMap(([entry, copies]) => new Array<typeof entry>(copies).fill(entry))),
});
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('commit' as const), files: fc.array(file, { maxLength: 8 }) }) },
  fc.record({ kind: fc.constant('remove' as const), path: file.map(({ path }) => path) }),
  fc.record({ kind: fc.constant('begin' as const), first: fc.nat(4), count: fc.integer({ min: 1, max: 5 }) }),
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('step' as const), postings: fc.integer({ min: 1, max: 400 }) }) },
  fc.record({ kind: fc.constant('crash' as const) }),
  fc.record({ kind: fc.constant('policy' as const) }),
);
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

const weights = fc.constantFrom<FieldWeights>(
  { body: 1, path: 3, symbol: 4 },
  { body: 0, path: 1, symbol: 0 },
  { body: 0, path: 0, symbol: 2.5 },
  { body: 1, path: 0, symbol: 2 },
);
const constants = fc.constantFrom({ k1: 1.2, b: 0.75 }, { k1: 2.5, b: 0.5 });
const queryTerm = fc.record({ term: word.map(asTerm), weight: fc.constantFrom(1, 1, 0.81, 0.5) });
const query = fc.record({
  terms: fc.uniqueArray(queryTerm, { selector: ({ term }) => term, minLength: 1, maxLength: 8 }),
  weights,
  constants,
  limit: fc.integer({ min: 1, max: 20 }),
});

function apply(index: TestIndex, steps: readonly Step[]): void {
  for (const action of steps) {
    if (action.kind === 'commit') index.commit(action.files);
    else if (action.kind === 'remove') index.commit([], [action.path]);
    else if (action.kind === 'begin') index.beginMerge(action.first, action.count);
    else if (action.kind === 'step') index.stepMerge(action.postings);
    else if (action.kind === 'crash') index.dropMerge();
    else index.mergeByPolicy();
  }
}

test('after any commits, removals, merges and crashes the scores are those of a naive BM25 over what is alive', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 25 }), fc.array(query, { minLength: 1, maxLength: 4 }), (steps, queries) => {
      const index = new TestIndex();
      apply(index, steps);
      const documents = index.documents();
      for (const { terms, weights: fieldWeights, constants: given } of queries) {
        const expected = naiveBm25(documents, terms, fieldWeights, given);
        const found = index.search(terms, fieldWeights, Infinity, given);
        expect(found.map((hit) => hit.row).sort()).toEqual(expected.map((hit) => hit.row).sort());
        const scoreOf = new Map(expected.map((hit) => [hit.row, hit.score]));
        const tolerance = 1e-12 * (expected[0]?.score ?? 0);
        for (const { row, score } of found) expect(Math.abs(score - (scoreOf.get(row) as number))).toBeLessThanOrEqual(tolerance);
      }
    }),
    { numRuns },
  );
});

test('the best few are, to the last bit, the first of all, whatever was skipped', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 15 }), fc.array(query, { minLength: 1, maxLength: 4 }), (steps, queries) => {
      const index = new TestIndex();
      apply(index, steps);
      for (const { terms, weights: fieldWeights, limit } of queries) {
        const all = index.search(terms, fieldWeights, Infinity);
        expect(index.search(terms, fieldWeights, limit)).toEqual(all.slice(0, limit));
      }
    }),
    { numRuns },
  );
});

test('how the documents are spread over segments changes nothing, to the last bit', () => {
  fc.assert(
    fc.property(fc.array(fc.array(file, { maxLength: 6 }), { maxLength: 8 }), query, (commits, { terms, weights: fieldWeights, limit }) => {
      const index = new TestIndex();
      for (const files of commits) index.commit(files);
      const before = index.search(terms, fieldWeights, limit);
      index.beginMerge(0, index.segments.length);
      while (index.segments.length > 1) index.stepMerge(30);
      expect(index.search(terms, fieldWeights, limit)).toEqual(before);
    }),
    { numRuns },
  );
});

test('every segment that was built or merged stands the full check', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
      const index = new TestIndex();
      apply(index, steps);
      for (const { segment } of index.segments) checkSegment(segment);
    }),
    { numRuns },
  );
});

test('terms of a prefix and documents with all terms are what a look at every document finds', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 10 }), fc.uniqueArray(word, { minLength: 1, maxLength: 3 }), (steps, terms) => {
      const index = new TestIndex();
      apply(index, steps);
      const wanted = terms.map(asTerm);
      const documents = index
        .documents()
        .map((document) => ({ ...document, tokens: [...document.body, ...document.path, ...document.symbol] }));
      const rows = index.segments.flatMap((live) =>
        [...documentsWithAll(live, wanted)].map((document) => live.segment.documents.rows[document]),
      );
      expect(rows).toEqual(
        documents
          .filter(({ tokens }) => wanted.every((term) => tokens.includes(term)))
          .map(({ row }) => row)
          .sort((left, right) => left - right),
      );
      index.mergeByPolicy();
      const prefix = (wanted[0] as string).slice(0, 2);
      const alive = new Set(documents.flatMap(({ tokens }) => tokens).filter((token) => token.startsWith(prefix)));
      expect(termsWithPrefix(index.segments, prefix, 100)).toEqual(expect.arrayContaining([...alive]));
    }),
    { numRuns },
  );
});
