import { expect, test } from 'vitest';
import { clockTime, expectedMs } from './expected-time.ts';
import { Progress } from './progress.ts';

const diagnostic = (ms: number) => () => ({
  collectDuration: 0,
  duration: ms,
  environmentSetupDuration: 0,
  prepareDuration: 0,
  setupDuration: 0,
});

test('a run says how long it will take, and every ten seconds how far it is, by the pace so far', () => {
  let nowMs = 0;
  const lines: string[] = [];
  const times = { 'a.test.ts': 10_000, 'b.test.ts': 30_000, 'c.test.ts': 20_000 };
  const progress = new Progress({ root: '/r', times, workers: 2, print: (line) => lines.push(line), now: () => nowMs });
  progress.onTestRunStart(Object.keys(times).map((name) => ({ moduleId: `/r/${name}` })));
  nowMs = 9_000;
  progress.onTestModuleEnd({ moduleId: '/r/a.test.ts', diagnostic: diagnostic(9_000) });
  nowMs = 40_000;
  progress.onTestModuleEnd({ moduleId: '/r/b.test.ts', diagnostic: diagnostic(39_000) });
  expect(lines).toEqual([
    '3 test files, about 0:30 minutes, 2 at once; longer on a busy machine',
    '2 of 3 files, 0:40 gone, about 0:20 left',
  ]);
  expect(progress.measured).toEqual({ 'a.test.ts': 9_000, 'b.test.ts': 39_000 });
});

test('a file that never ran is assumed to take longer when it starts processes', () => {
  const one = (file: string): number => expectedMs({}, [file], 1);
  expect(one('a.process.test.ts')).toBeGreaterThan(one('a.test.ts'));
  expect(expectedMs({ 'a.test.ts': 4 }, ['a.test.ts'], 2)).toBe(2);
});

test.each([
  [0, '0:00'],
  [59_600, '1:00'],
  [750_000, '12:30'],
])('%d ms are %s', (ms, text) => {
  expect(clockTime(ms)).toBe(text);
});
