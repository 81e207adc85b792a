import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { temporaryDirectory } from '@agent-brain/test-harness/temporary';
import { expect, test } from 'vitest';
import { committedHistory, localHistory, namesIn, remember } from './unsteady-history.ts';

const when = { date: new Date('2026-01-02T03:04:05Z'), commit: 'abc1234' };

test('a test that is unsteady for the first time is remembered, and the second time it is known', () => {
  const root = temporaryDirectory('history');
  expect(remember(root, ['a > one'], when)).toEqual({ lines: ['2026-01-02 abc1234 a > one'], again: new Map() });
  expect(remember(root, [], when)).toEqual({ lines: [], again: new Map() });
  expect(remember(root, ['a > two', 'a > one'], when).again).toEqual(new Map([['a > one', 1]]));
  expect(readFileSync(path.join(root, localHistory), 'utf8').split('\n')).toHaveLength(4);
});

test('what the repository remembers counts on a machine that begins anew', () => {
  const root = temporaryDirectory('history');
  mkdirSync(path.dirname(path.join(root, committedHistory)), { recursive: true });
  writeFileSync(path.join(root, committedHistory), '# why\n2026-01-01 abc1234 a > one\n2026-01-02 abc1235+ a > one\n');
  expect(remember(root, ['a > one'], when).again).toEqual(new Map([['a > one', 2]]));
});

test('comments and lines of another form name no test', () => {
  expect(namesIn('# 2026-01-01 abc a > b\n\nsomething\n2026-01-01 abc a > b c\n')).toEqual(new Map([['a > b c', 1]]));
});
