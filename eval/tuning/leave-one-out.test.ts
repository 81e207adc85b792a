import type { RankConstants } from '@agent-brain/search/rank';
import { expect, test } from 'vitest';
import { tune } from './leave-one-out.ts';

/** Two queries that want opposite things of one constant, and agree on another. */
const scoresOf = ({ coherence, pathOverlap, textExponent }: RankConstants): Float64Array =>
  Float64Array.of(0.5 + coherence / 10 + pathOverlap / 10, 0.5 - coherence / 20 + pathOverlap / 10 - Math.abs(textExponent - 0.8));

test('tuning takes for each constant what is best for the chosen queries', () => {
  expect(tune(scoresOf, [0])).toMatchObject({ coherence: 0.8, pathOverlap: 2.2 });
  expect(tune(scoresOf, [1])).toMatchObject({ coherence: 0.2, pathOverlap: 2.2, textExponent: 0.8 });
});

test('a constant that no chosen query cares for stays where the descent began', () => {
  expect(tune(scoresOf, [0])).toMatchObject({ laterWord: 1, nameRarity: 0 });
});
