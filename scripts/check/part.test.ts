import { expect, test } from 'vitest';
import { floorFindings } from './part.ts';

test.each([
  ['saw everything', { seen: 120, expected: 120 }, 0],
  ['saw more than the repository holds (generated files)', { seen: 130, expected: 120 }, 0],
  ['saw nothing', { seen: 0, expected: 120 }, 1],
  ['missed one file', { seen: 119, expected: 120 }, 1],
  ['was given an empty list', { seen: 0, expected: 0 }, 1],
  ['was given a short list and missed some of it', { seen: 3, expected: 50 }, 2],
])('a check that %s has the floor it deserves', (_what, counts, complaints) => {
  expect(floorFindings({ name: 'lint', minimum: 100 }, counts)).toHaveLength(complaints);
});
