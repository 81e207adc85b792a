import { requirePlatform } from '@agent-brain/test-harness/requirements';
import { expect, test } from 'vitest';
import { isLimitError, limitReason, watchLimit } from './watch-limit.ts';

const files = (content: Record<string, string>) => (file: string) => {
  const text = content[file];
  if (text === undefined) throw Object.assign(new Error('no such file'), { code: 'ENOENT' });
  return text;
};

test('the lower of the two limits of Linux counts', () => {
  const read = files({ '/proc/sys/fs/inotify/max_user_watches': '8192\n', '/proc/sys/user/max_inotify_watches': '2147483647\n' });
  expect(watchLimit(read)).toEqual({ name: 'fs.inotify.max_user_watches', value: 8192, recommended: 524_288 });
  const container = files({ '/proc/sys/fs/inotify/max_user_watches': '8192\n', '/proc/sys/user/max_inotify_watches': '50\n' });
  expect(watchLimit(container)).toEqual({ name: 'user.max_inotify_watches', value: 50, recommended: 524_288 });
  expect(watchLimit(files({}))).toBeUndefined();
});

test('the reason has the value of the limit and the line that raises it', () => {
  const reason = limitReason('/p', undefined, { name: 'fs.inotify.max_user_watches', value: 8192, recommended: 524_288 });
  expect(reason).toContain('fs.inotify.max_user_watches = 8192');
  expect(reason).toContain('sudo sysctl fs.inotify.max_user_watches=524288');
  expect(limitReason('/p', undefined, { name: 'fs.inotify.max_user_watches', value: 600_000, recommended: 524_288 })).toContain('=1200000');
});

test('a queue of events that cannot be opened names the limit of queues', (context) => {
  requirePlatform(context, 'linux');
  const reason = limitReason('/p', Object.assign(new Error('too many'), { code: 'EMFILE' }));
  expect(reason).toMatch(/(?:fs\.inotify\.max_user_instances|user\.max_inotify_instances) = \d+/);
  expect(reason).toMatch(/sudo sysctl \S+_instances=\d{4,}/);
});

test.each([
  [new Error("inotify_add_watch on '/p/a' failed: No space left on device"), true],
  [Object.assign(new Error('ENOSPC: System limit for number of file watchers reached'), { code: 'ENOSPC' }), true],
  [new Error('Unable to initialize inotify: Too many open files'), true],
  [new Error("inotify_add_watch on '/p/a' failed: Permission denied"), false],
])('%s: is the limit reached? %s', (error, expected) => {
  expect(isLimitError(error)).toBe(expected);
});
