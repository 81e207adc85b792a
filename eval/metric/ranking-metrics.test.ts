import { describe, expect, test } from 'vitest';
import { recallAt, reciprocalRank, scoreChunkList, scoreDistinctFiles } from './ranking-metrics.ts';

const places = (...paths: string[]) => paths.map((path) => ({ path }));
const targets = places;

describe('NDCG of a chunk list', () => {
  test('is 1 for the only target at the top, and falls by the logarithm of the rank', () => {
    expect(scoreChunkList(places('a.go', 'b.go'), targets('a.go'))).toEqual({ ndcg: 1, recall: 1 });
    // 1 / log2(3) = 0.6309
    expect(scoreChunkList(places('b.go', 'a.go'), targets('a.go')).ndcg).toBeCloseTo(0.6309, 4);
    // 1 / log2(4) = 0.5
    expect(scoreChunkList(places('b.go', 'c.go', 'a.go'), targets('a.go')).ndcg).toBe(0.5);
  });

  test('weighs two targets against the best order of two', () => {
    // (1 / log2(2) + 1 / log2(4)) / (1 / log2(2) + 1 / log2(3)) = 1.5 / 1.6309
    expect(scoreChunkList(places('a.go', 'x.go', 'b.go'), targets('a.go', 'b.go')).ndcg).toBeCloseTo(1.5 / 1.63093, 4);
    // Only one of two found, at rank 1: 1 / 1.6309
    expect(scoreChunkList(places('a.go'), targets('a.go', 'b.go'))).toEqual({ ndcg: expect.closeTo(0.61315, 4), recall: 0.5 });
  });

  test('loses a rank to each further chunk of a file', () => {
    const found = places('x.go', 'x.go', 'a.go');
    expect(scoreChunkList(found, targets('a.go')).ndcg).toBe(0.5);
    expect(scoreDistinctFiles(found, targets('a.go')).ndcg).toBeCloseTo(0.6309, 4);
  });

  test('counts two targets at one rank once', () => {
    const ranges = [
      { path: 'a.go', startLine: 1, endLine: 5 },
      { path: 'a.go', startLine: 3, endLine: 9 },
    ];
    expect(scoreChunkList([{ path: 'a.go', startLine: 1, endLine: 20 }], ranges)).toEqual({ ndcg: expect.closeTo(0.61315, 4), recall: 1 });
  });

  test('wants an overlap where the target has lines, and takes a place without lines for its whole file', () => {
    const target = [{ path: 'a.go', startLine: 10, endLine: 20 }];
    const ranked = [
      { path: 'a.go', startLine: 1, endLine: 9 },
      { path: 'a.go', startLine: 20, endLine: 30 },
    ];
    expect(scoreChunkList(ranked, target).ndcg).toBeCloseTo(0.6309, 4);
    expect(scoreChunkList(places('a.go'), target).ndcg).toBe(1);
    expect(scoreDistinctFiles(ranked, target).ndcg).toBe(1);
  });

  test('takes paths for the same when one ends with the other at a folder', () => {
    expect(scoreChunkList(places('src/a.go'), targets('a.go')).ndcg).toBe(1);
    expect(scoreChunkList(places('a.go'), targets('src/a.go')).ndcg).toBe(1);
    expect(scoreChunkList(places('src/xa.go'), targets('a.go')).ndcg).toBe(0);
  });

  test('looks at ten results', () => {
    const others = Array.from({ length: 10 }, (_, index) => `${index}.go`);
    expect(scoreChunkList(places(...others, 'a.go'), targets('a.go'))).toEqual({ ndcg: 0, recall: 0 });
    // 1 / log2(11) = 0.2891
    expect(scoreDistinctFiles(places('0.go', ...others.slice(0, 9), 'a.go'), targets('a.go')).ndcg).toBeCloseTo(0.2891, 4);
  });

  test('of nothing is 0', () => {
    expect(scoreChunkList([], targets('a.go'))).toEqual({ ndcg: 0, recall: 0 });
    expect(scoreChunkList(places('a.go'), [])).toEqual({ ndcg: 0, recall: 0 });
  });
});

test('recall is the share of relevant ids among the first, the reciprocal rank that of the first of them', () => {
  const found = ['x', 'b', 'y', 'a'];
  expect([recallAt(found, ['a', 'b'], 3), recallAt(found, ['a', 'b'], 4)]).toEqual([0.5, 1]);
  expect([reciprocalRank(found, ['a', 'b']), reciprocalRank(found, ['z'])]).toEqual([0.5, 0]);
});
