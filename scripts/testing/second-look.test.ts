import { describe, expect, test } from 'vitest';
import type { TestOutcome } from './outcome.ts';
import { filesToRepeat, takeSecondLook } from './second-look.ts';

const outcome = (file: string, state: TestOutcome['state'], title = 'works'): TestOutcome => ({ file, name: `${file} > ${title}`, state });
const run = (...outcomes: TestOutcome[]) => ({ outcomes, files: [], otherFailures: [] as string[] });

describe('files that are run again', () => {
  test('are those of failed tests with real processes, once each', () => {
    const failed = run(
      outcome('a.process.test.ts', 'failed', 'one'),
      outcome('a.process.test.ts', 'failed', 'two'),
      outcome('test/e2e/b.test.ts', 'failed'),
      outcome('c.test.ts', 'passed'),
    );
    expect(filesToRepeat(failed)).toEqual(['a.process.test.ts', 'test/e2e/b.test.ts']);
  });

  test.each([
    ['a unit test failed', run(outcome('a.test.ts', 'failed'))],
    ['a unit test failed beside one with processes', run(outcome('a.test.ts', 'failed'), outcome('b.fault.test.ts', 'failed'))],
    ['three files failed', run(...['a', 'b', 'c'].map((name) => outcome(`${name}.fault.test.ts`, 'failed')))],
    ['something failed outside of the tests', { ...run(outcome('a.fault.test.ts', 'failed')), otherFailures: ['a leak'] }],
    ['nothing failed', run(outcome('a.fault.test.ts', 'passed'))],
  ])('are none when %s', (_, first) => {
    expect(filesToRepeat(first)).toEqual([]);
  });
});

test('a test that failed, then passed counts as passed and is named; one that failed twice, or was not seen again, has failed', () => {
  const first = [outcome('a', 'failed'), outcome('b', 'failed'), outcome('c', 'failed'), outcome('d', 'passed')];
  const second = [outcome('a', 'passed'), outcome('b', 'failed'), outcome('d', 'failed')];
  const { outcomes, unsteady } = takeSecondLook(first, second);
  expect(outcomes.map(({ state }) => state)).toEqual(['passed', 'failed', 'failed', 'passed']);
  expect(unsteady).toEqual(['a > works']);
});
