import { expect, test } from 'vitest';
import type { CodeQuery } from '../data/code-queries.ts';
import { areaUnderCurve } from './confidence-table.ts';
import { questionsOfOthers } from './measure-confidence.ts';

const outcome = (isRight: boolean, score: number) => ({ isRight, score, confidence: 'high' as const });

test('the area under the curve is 1 for perfect separation and 0.5 for none', () => {
  expect(areaUnderCurve([outcome(true, 0.9), outcome(true, 0.8), outcome(false, 0.1)])).toBe(1);
  expect(areaUnderCurve([outcome(true, 0.5), outcome(false, 0.5)])).toBe(0.5);
  expect(areaUnderCurve([outcome(true, 0.1), outcome(false, 0.5)])).toBe(0);
});

test('a repository is asked as many foreign questions as its own, none of them its own', () => {
  const query = (repo: string, id: number) => ({ repo, id: `${repo}-${id}` }) as CodeQuery;
  const all = [...[1, 2, 3].map((id) => query('a', id)), ...Array.from({ length: 20 }, (_, id) => query('b', id))];
  const foreign = questionsOfOthers(all, 'a');
  expect(foreign).toHaveLength(3);
  expect(foreign.every(({ repo }) => repo === 'b')).toBe(true);
  expect(questionsOfOthers(all, 'b')).toHaveLength(3);
});
