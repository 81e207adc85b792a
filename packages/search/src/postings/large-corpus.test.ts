import { expect, test } from 'vitest';
import { naiveBm25 } from './fixtures/naive-bm25.ts';
import { type TestFile, TestIndex } from './fixtures/test-index.ts';
import { checkSegment, type FieldWeights } from './index.ts';

/** The same on every run: numbers from 0 to below 1. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const random = randomNumbers(20_240_607);
/** Frequent words first, as in any text. */
const word = () => `w${Math.floor(400 * random() ** 4).toString(36)}`;
const text = (most: number) => Array.from({ length: Math.floor(random() * most) }, word).join(' ');

function corpus(): TestIndex {
  const index = new TestIndex();
  let number = 0;
  for (let commit = 0; commit < 6; commit++) {
    const files = Array.from({ length: 60 }, (): TestFile => {
      const chunks = Array.from({ length: 1 + Math.floor(random() * 40) }, () => ({ text: text(60), symbol: text(3) }));
      return { path: `${word()}/${word()}${number++}`, chunks };
    });
    index.commit(files);
    if (commit % 2 === 1)
      index.commit(
        [],
        files.filter(() => random() < 0.2).map(({ path }) => path),
      );
  }
  return index;
}

const index = corpus();
const queries = Array.from({ length: 30 }, () =>
  [...new Set(Array.from({ length: 1 + Math.floor(random() * 12) }, word))].map((term) => ({ term, weight: 1 })),
);
const weightings: readonly FieldWeights[] = [
  { body: 1, path: 3, symbol: 4 },
  { body: 0, path: 0, symbol: 4 },
  { body: 0, path: 1, symbol: 0 },
];

test('over thousands of documents and long lists the best are those of a naive BM25', () => {
  const documents = index.documents();
  expect(documents.length).toBeGreaterThan(4_000);
  for (const terms of queries.slice(0, 12)) {
    for (const weights of weightings) {
      const expected = naiveBm25(documents, terms, weights);
      const found = index.search(terms, weights, 50);
      expect(found.length).toBe(Math.min(50, expected.length));
      found.forEach(({ score }, place) => expect(score).toBeCloseTo((expected[place] as { score: number }).score, 9));
    }
  }
});

test.each([1, 10, 50, 300])('the best %i are the first of all to the last bit', (limit) => {
  for (const terms of queries) {
    for (const weights of weightings) {
      expect(index.search(terms, weights, limit)).toEqual(index.search(terms, weights, Infinity).slice(0, limit));
    }
  }
});

test('one merged segment answers as the many did, to the last bit', () => {
  const answers = () => queries.map((terms) => index.search(terms, { body: 1, path: 3, symbol: 4 }, 50));
  const before = answers();
  index.mergeByPolicy();
  index.beginMerge(0, index.segments.length);
  while (index.segments.length > 1) index.stepMerge(10_000);
  for (const { segment } of index.segments) checkSegment(segment);
  expect(answers()).toEqual(before);
});
