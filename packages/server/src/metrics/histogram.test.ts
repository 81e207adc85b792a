import { expect, test } from 'vitest';
import { Histogram } from './histogram.ts';

test('counts each value under every bound it does not exceed, and the rest under infinity', () => {
  const histogram = new Histogram([1, 5]);
  for (const value of [0.5, 1, 3, 7]) histogram.observe(value);
  expect([histogram.cumulative(), histogram.sum]).toEqual([[2, 3, 4], 11.5]);
});
