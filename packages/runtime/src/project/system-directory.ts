import path from 'node:path';
import type { Environment } from './environment.ts';

/** Directories of the system, with everything below them. The names of Linux and macOS do not collide. */
const systemTrees = [
  '/bin',
  '/boot',
  '/dev',
  '/etc',
  '/lib',
  '/lib32',
  '/lib64',
  '/proc',
  '/sbin',
  '/sys',
  '/usr/bin',
  '/usr/include',
  '/usr/lib',
  '/usr/lib32',
  '/usr/lib64',
  '/usr/libexec',
  '/usr/sbin',
  '/usr/share',
  '/Applications',
  '/Library',
  '/System',
  '/private/etc',
] as const;

/** Directories that hold the system, every home or every disk; a project may lie below them. */
const sharedDirectories = [
  '/home',
  '/media',
  '/mnt',
  '/opt',
  '/root',
  '/run',
  '/usr',
  '/usr/local',
  '/usr/src',
  '/var',
  '/var/lib',
  '/var/log',
  '/Users',
  '/Volumes',
  '/private',
  '/private/var',
] as const;

/** Memory that programs use like `/tmp`. */
const workingMemory = '/dev/shm/';

/**
 * Why a directory is no project unless a person names it: an index of it would hold far more than one project, or
 * secrets of the system.
 *
 * @param directory canonical
 * @param home canonical; empty where there is none
 * @returns `the home directory`, `the root of a file system` or `a directory of the system`; undefined for any other
 */
export function systemDirectory(
  directory: string,
  home: string,
  { platform, env }: Pick<Environment, 'platform' | 'env'>,
): string | undefined {
  const { dirname, sep } = platform === 'win32' ? path.win32 : path.posix;
  const same = (name: string): string => (platform === 'win32' ? name.toLowerCase() : name);
  const isWithin = (tree: string): boolean => same(directory) === same(tree) || same(directory).startsWith(same(tree) + sep);
  if (home !== '' && same(directory) === same(home)) return 'the home directory';
  if (dirname(directory) === directory) return 'the root of a file system';
  if (platform !== 'win32') {
    if (directory.startsWith(workingMemory)) return undefined;
    const isSystem = systemTrees.some(isWithin) || sharedDirectories.some((shared) => shared === directory);
    return isSystem ? 'a directory of the system' : undefined;
  }
  const trees = ['SystemRoot', 'ProgramFiles', 'ProgramFiles(x86)', 'ProgramData']
    .map((name) => env[name] ?? '')
    .filter((tree) => tree !== '');
  const isSystem = trees.some(isWithin) || (home !== '' && same(directory) === same(dirname(home)));
  return isSystem ? 'a directory of the system' : undefined;
}
