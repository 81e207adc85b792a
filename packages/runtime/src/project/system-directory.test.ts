import { expect, test } from 'vitest';
import { systemDirectory } from './system-directory.ts';

const system = 'a directory of the system';
const root = 'the root of a file system';
const windows = { SystemRoot: 'C:\\Windows', ProgramFiles: 'C:\\Program Files' };

test.each([
  ['linux', '/', root],
  ['linux', '/home/u', 'the home directory'],
  ['linux', '/home', system],
  ['linux', '/etc', system],
  ['linux', '/etc/ssh', system],
  ['linux', '/usr', system],
  ['linux', '/usr/bin', system],
  ['linux', '/bin', system],
  ['linux', '/lib', system],
  ['linux', '/var', system],
  ['linux', '/proc', system],
  ['linux', '/proc/1/root', system],
  ['linux', '/sys/kernel', system],
  ['linux', '/dev', system],
  ['linux', '/dev/shm', system],
  ['linux', '/boot', system],
  ['linux', '/mnt', system],
  ['linux', '/home/u/code', undefined],
  ['linux', '/home/other', undefined],
  ['linux', '/var/www/site', undefined],
  ['linux', '/usr/local/src/app', undefined],
  ['linux', '/usr/src/app', undefined],
  ['linux', '/etcetera', undefined],
  ['linux', '/dev/shm/build', undefined],
  ['linux', '/tmp/project', undefined],
  ['darwin', '/System/Library', system],
  ['darwin', '/Library', system],
  ['darwin', '/Applications', system],
  ['darwin', '/Users', system],
  ['darwin', '/Volumes', system],
  ['darwin', '/private/etc', system],
  ['darwin', '/private/var', system],
  ['darwin', '/private/var/folders/x/project', undefined],
  ['darwin', '/Volumes/disk/project', undefined],
  ['win32', 'D:\\', root],
  ['win32', 'c:\\windows\\System32', system],
  ['win32', 'C:\\Program Files', system],
  ['win32', 'C:\\Users', system],
  ['win32', 'c:\\users\\U', 'the home directory'],
  ['win32', 'C:\\Windows.old', undefined],
  ['win32', 'C:\\Users\\u\\code', undefined],
] as const)('on %s: %s is judged as %s', (platform, directory, kind) => {
  const home = platform === 'win32' ? 'C:\\Users\\u' : '/home/u';
  expect(systemDirectory(directory, home, { platform, env: platform === 'win32' ? windows : {} })).toBe(kind);
});
