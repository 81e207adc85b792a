import { queryRequestSchema } from '@agent-brain/contract/query';
import { expect, test } from 'vitest';
import { planQuery } from './query-plan.ts';

const plan = (query: string) => planQuery(queryRequestSchema.parse({ query }));

test('of a long question the beginning is used, to the end of a word, and a warning says how much was not', () => {
  const word = 'boiler ';
  const query = word.repeat(9_000).trim();
  const { terms, warnings } = plan(query);
  expect(terms).toEqual(plan('boiler').terms);
  expect(warnings).toEqual([`only the first 3996 characters of the query were searched for; ${query.length - 3996} more were left out`]);
});

test('a question of the longest size is planned, whatever it is made of', () => {
  for (const part of ['x', '"', '*', 'a b ', '\n', 'ä', '((', '\u0000']) {
    const { warnings } = plan(part.repeat(65_536).slice(0, 65_536));
    expect(warnings.some((warning) => warning.includes('more were left out'))).toBe(true);
  }
  expect(queryRequestSchema.safeParse({ query: 'x'.repeat(65_537) }).success).toBe(false);
});

test('a question of four thousand characters is used as a whole', () => {
  expect(plan(`${'boiler '.repeat(571)}abc`).warnings).toEqual([]);
});
