import { expect, test } from 'vitest';
import { soakTable } from './soak-table.ts';

test('a soak table tells long and failed tests one by one, and the rest as a sum', () => {
  const page = soakTable(
    [
      { file: 'a', name: 'a > short', state: 'passed', durationMs: 20 },
      { file: 'a', name: 'a > long', state: 'passed', durationMs: 61_000, figures: ['p99 3 ms'] },
      { file: 'a', name: 'a > longer', state: 'passed', durationMs: 90_000 },
      { file: 'a', name: 'a | b > broken', state: 'failed', durationMs: 5 },
      { file: 'a', name: 'a > elsewhere', state: 'skipped', reason: 'platform:darwin' },
    ],
    { date: new Date('2026-01-02T03:04:05Z'), commit: 'abc1234', load: 1.25 },
  );
  expect(page).toContain('# Soak of 2026-01-02 at commit abc1234');
  expect(page.split('\n').filter((line) => line.startsWith('| a'))).toEqual([
    '| a > longer | passed | 90.0 |',
    '| a > long | passed | 61.0 |',
    '| a \\| b > broken | failed | 0.0 |',
  ]);
  expect(page).toContain('each below 1 s: 1 passed, 1 skipped');
  expect(page.endsWith('## Measured\n\n- a > long\n  - p99 3 ms\n')).toBe(true);
});
