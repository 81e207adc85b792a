import { expect, test } from 'vitest';
import { chooseMerge, type SegmentSize } from './index.ts';

const sizes = (...documents: number[]): SegmentSize[] => documents.map((count) => ({ documents: count, dead: 0 }));

/** Carries out what the policy says until it is content. @returns documents that were written anew */
function settle(segments: SegmentSize[]): number {
  let rewritten = 0;
  for (let choice = chooseMerge(segments); choice !== null; choice = chooseMerge(segments)) {
    const documents = segments
      .slice(choice.first, choice.first + choice.count)
      .reduce((sum, segment) => sum + segment.documents - segment.dead, 0);
    segments.splice(choice.first, choice.count, ...(documents === 0 ? [] : [{ documents, dead: 0 }]));
    rewritten += documents;
  }
  return rewritten;
}

test('a few segments are left alone, and so is one large beside some small ones', () => {
  expect(chooseMerge([])).toBeNull();
  expect(chooseMerge(sizes(5_000, 5_000, 5_000))).toBeNull();
  expect(chooseMerge(sizes(1_000_000, 10, 10, 10, 10, 10, 10, 10))).toBeNull();
});

test('eight neighbours of a level become one, the smallest level first, with smaller ones between them', () => {
  expect(chooseMerge(sizes(1_000_000, 10, 10, 10, 10, 10, 10, 10, 10))).toEqual({ first: 1, count: 8 });
  expect(chooseMerge(sizes(...new Array<number>(8).fill(5_000), ...new Array<number>(8).fill(10)))).toEqual({ first: 8, count: 8 });
  expect(chooseMerge(sizes(5_000, 5_000, 5_000, 5_000, 10, 5_000, 5_000, 5_000, 5_000, 10))).toEqual({ first: 0, count: 9 });
});

test('a segment goes when all of it is dead, and is written anew when more than a third is', () => {
  expect(chooseMerge([...sizes(5_000), { documents: 100, dead: 100 }])).toEqual({ first: 1, count: 1 });
  expect(chooseMerge([{ documents: 5_000, dead: 1_500 }])).toBeNull();
  expect(chooseMerge([{ documents: 5_000, dead: 1_800 }])).toEqual({ first: 0, count: 1 });
});

test('ten thousand saved files leave few segments, and each of their chunks is written anew a few dozen times at most', () => {
  const segments = sizes(200_000);
  let rewritten = 0;
  let most = 0;
  for (let commit = 0; commit < 10_000; commit++) {
    segments.push({ documents: 10, dead: 0 });
    rewritten += settle(segments);
    most = Math.max(most, segments.length);
  }
  expect(most).toBeLessThan(30);
  expect(rewritten / 100_000).toBeLessThan(20);
});

test('the batches of a first run of a million chunks are written anew about twice', () => {
  const segments: SegmentSize[] = [];
  let rewritten = 0;
  for (let commit = 0; commit < 200; commit++) {
    segments.push({ documents: 5_000, dead: 0 });
    rewritten += settle(segments);
  }
  expect(segments.length).toBeLessThan(24);
  expect(rewritten / 1_000_000).toBeLessThan(2.5);
});

test('whatever the sizes, there are never many segments', () => {
  const segments: SegmentSize[] = [];
  for (let commit = 0; commit < 2_000; commit++) {
    segments.push({ documents: commit % 2 === 0 ? 3 : 300 * 8 ** (commit % 4), dead: 0 });
    settle(segments);
    expect(segments.length).toBeLessThanOrEqual(48);
  }
});
