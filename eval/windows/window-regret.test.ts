import { expect, test } from 'vitest';
import { scoreWindow } from './window-regret.ts';

const weights = new Map([
  ['lock', 1],
  ['journal', 3],
]);
const score = (lines: readonly string[], first: number, last: number) =>
  scoreWindow(
    lines,
    { first, last },
    (line) => line.split(' ').filter((word) => weights.has(word)),
    (word) => weights.get(word) ?? 0,
  );

test('lines with all the words that a window can have miss nothing', () => {
  expect(score(['a', 'lock journal', 'lock'], 1, 1)).toEqual({ regret: 0, showsWord: true });
});

test('lines without the heavier word miss its share', () => {
  expect(score(['lock', 'journal', 'b'], 0, 0)).toEqual({ regret: 0.75, showsWord: true });
});

test('lines without any word although the result has some miss everything', () => {
  expect(score(['a', 'lock'], 0, 0)).toEqual({ regret: 1, showsWord: false });
});

test('a result without any word of the question cannot be judged', () => {
  expect(score(['a', 'b'], 0, 1)).toEqual({ regret: null, showsWord: null });
});

test('words more than a window apart are not asked of one window', () => {
  expect(score(['lock', ...Array.from({ length: 10 }, () => 'x'), 'journal'], 11, 11)).toEqual({ regret: 0, showsWord: true });
});
