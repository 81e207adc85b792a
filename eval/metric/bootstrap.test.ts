import { expect, test } from 'vitest';
import { bootstrapInterval, groupedUnits, mean, seededRandom, singleUnits } from './bootstrap.ts';

const values = Array.from({ length: 200 }, (_, index) => (index % 10) / 10);

test('the interval holds the mean, is the same for the same seed, and narrows with more values', () => {
  const few = bootstrapInterval(singleUnits(values.slice(0, 20)));
  const many = bootstrapInterval(singleUnits(values));
  expect(many[0]).toBeLessThan(mean(values));
  expect(many[1]).toBeGreaterThan(mean(values));
  expect(many[1] - many[0]).toBeLessThan(few[1] - few[0]);
  expect(bootstrapInterval(singleUnits(values))).toEqual(many);
});

test('its width is that of theory: 3.92 standard errors', () => {
  const deviation = Math.sqrt(mean(values.map((value) => (value - mean(values)) ** 2)));
  const [low, high] = bootstrapInterval(singleUnits(values));
  expect(high - low).toBeCloseTo((3.92 * deviation) / Math.sqrt(values.length), 2);
});

test('values of one key are drawn together, which widens the interval when they are alike', () => {
  const alike = [...Array.from({ length: 50 }, () => 0), ...Array.from({ length: 50 }, () => 1)];
  const keys = alike.map((value, index) => `${value}-${index % 3}`);
  const grouped = groupedUnits(alike, keys);
  expect(grouped.reduce((sum, { count }) => sum + count, 0)).toBe(100);
  const width = ([low, high]: readonly [number, number]) => high - low;
  expect(width(bootstrapInterval(grouped))).toBeGreaterThan(2 * width(bootstrapInterval(singleUnits(alike))));
});

test('random numbers are spread over [0, 1)', () => {
  const random = seededRandom(7);
  const drawn = Array.from({ length: 1000 }, random);
  expect(Math.min(...drawn)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...drawn)).toBeLessThan(1);
  expect(mean(drawn)).toBeCloseTo(0.5, 1);
});

test('the mean of nothing is 0', () => {
  expect(mean([])).toBe(0);
});
