import { expect, test } from 'vitest';
import { allowedKeys, judgeSkips, type TestOutcome } from './outcome.ts';

const skipped = (reason?: string): TestOutcome => ({ file: 'a.test.ts', name: 'a.test.ts > does a thing', state: 'skipped', reason });

test('a skip with a reason of the required form is accepted and counted', () => {
  const { reasons, refused } = judgeSkips([skipped('optional:fish fish is not on PATH'), skipped('optional:fish fish is not on PATH')]);
  expect(refused).toEqual([]);
  expect([...reasons]).toEqual([['optional:fish fish is not on PATH', 2]]);
});

test.each([undefined, '', 'because', 'optional: fish', 'flaky:today'])('a skip with the reason %j is refused', (reason) => {
  expect(judgeSkips([skipped(reason)]).refused).toHaveLength(1);
});

test('where a list of allowed reasons is given, a key that is not on it is refused', () => {
  const allowed = allowedKeys('# why\noptional:fish # a shell\n\nplatform:root\n');
  expect([...allowed]).toEqual(['optional:fish', 'platform:root']);
  expect(judgeSkips([skipped('platform:root needs uid 0')], allowed).refused).toEqual([]);
  expect(judgeSkips([skipped('platform:rooted needs uid 0')], allowed).refused).toHaveLength(1);
});

test('tests that ran are not looked at', () => {
  expect(
    judgeSkips([
      { file: 'a', name: 'a', state: 'passed' },
      { file: 'b', name: 'b', state: 'failed' },
    ]),
  ).toEqual({ reasons: new Map(), refused: [] });
});
