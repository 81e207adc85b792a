import fs from 'node:fs';
import path from 'node:path';
import { temporaryDirectory } from '@agent-brain/test-harness/temporary';
import { expect, test } from 'vitest';
import { homePaths } from './index.ts';

test('a home has one name, through a link on the way to it, before and after it is made', () => {
  const directory = fs.realpathSync(temporaryDirectory('home'));
  fs.mkdirSync(path.join(directory, 'disk'));
  fs.symlinkSync(path.join(directory, 'disk'), path.join(directory, 'user'));
  const named = path.join(directory, 'user', 'a', 'brain');
  const environment = { env: { AGENT_BRAIN_HOME: named }, cwd: '/', homedir: '/', uid: -1, platform: process.platform };
  const before = homePaths(environment);
  fs.mkdirSync(named, { recursive: true });
  expect(before.home).toBe(path.join(directory, 'disk', 'a', 'brain'));
  expect(homePaths(environment)).toEqual(before);
});
