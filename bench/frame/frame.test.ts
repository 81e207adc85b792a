import { expect, test } from 'vitest';
import type { Bench, World } from './bench.ts';
import { measure } from './measure.ts';
import { median, row } from './statistics.ts';
import { brokenPromises, renderTable } from './table.ts';

const world: World = { program: '', repository: '', folder: '', env: {} };

function benchOf(valuesMs: number[], referenceMs: number[], log: string[] = []): Bench {
  const next = (name: string, values: number[]) => () => {
    log.push(name);
    return Promise.resolve(values.shift() ?? Number.NaN);
  };
  return {
    name: 'thing',
    what: 'From here to there.',
    reference: { name: 'stick', sample: next('stick', referenceMs) },
    rounds: 2,
    prepare: () => Promise.resolve({ samples: { mine: next('mine', valuesMs) }, finish: () => Promise.resolve(void log.push('finish')) }),
  };
}

test.each([
  [[3], 3],
  [[9, 1, 5], 5],
  [[4, 1, 2, 100], 3],
])('the median of %j is %d', (values, expected) => {
  expect(median(values)).toBe(expected);
});

test('the ratio is that of the rounds, not of the medians', () => {
  expect(row('mine', [20, 60, 10], [10, 20, 10])).toEqual({ name: 'mine', medianMs: 20, minMs: 10, maxMs: 60, ratio: 2, rounds: 3 });
});

test('the first round warms up, the order alternates, and what was prepared is taken down', async () => {
  const log: string[] = [];
  const rows = await measure(benchOf([999, 20, 60], [999, 10, 20], log), world);
  expect(log).toEqual(['mine', 'stick', 'stick', 'mine', 'mine', 'stick', 'finish']);
  expect(rows.map(({ name, medianMs, ratio }) => [name, medianMs, ratio])).toEqual([
    ['stick', 15, 1],
    ['mine', 40, 2.5],
  ]);
});

test('a sample that fails still has its preparation taken down', async () => {
  const log: string[] = [];
  const bench: Bench = { ...benchOf([], [], log), reference: { name: 'stick', sample: () => Promise.reject(new Error('broken stick')) } };
  await expect(measure(bench, world)).rejects.toThrow('broken stick');
  expect(log.at(-1)).toBe('finish');
});

test('a table names its reference and rounds small times to hundredths', () => {
  const rows = [row('mine', [1.234], [0.5])];
  expect(
    renderTable({
      bench: { name: 'thing', what: 'From here to there.', reference: { name: 'stick', sample: () => Promise.resolve(0) } },
      rows,
    }),
  ).toBe(
    '## thing\n\nFrom here to there.\n\n| | median ms | min–max ms | × stick | rounds |\n|---|---:|---:|---:|---:|\n| mine | 1.23 | 1.23–1.23 | 2.47 | 1 |\n',
  );
});

test.each([
  [3, []],
  [3.01, ['thing: mine took × 3.01 of stick; promised is × 3 at most']],
  [Number.NaN, ['thing: mine took × NaN of stick; promised is × 3 at most']],
])('a ratio of %d to the reference against a promise of 3 breaks %j', (ratio, expected) => {
  const bench = { ...benchOf([], []), promises: { mine: 3 } };
  const rows = [row('mine', [ratio], [1])];
  expect(brokenPromises({ bench, rows })).toEqual(expected);
  expect(renderTable({ bench, rows })).toContain('Promised: mine at most × 3.');
});

test('a promise of something that is not measured is an error, not a promise that is kept', () => {
  expect(() => brokenPromises({ bench: { ...benchOf([], []), promises: { other: 3 } }, rows: [] })).toThrow('other');
});
