import { lstatSync, type Stats } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { readSmallFile } from './rule-levels.ts';

/** What the `.git` of a directory makes of it; `none` without one. */
export type RepositoryMark = 'none' | 'repository' | 'worktree';

/**
 * `worktree` for a linked worktree (its `.git` file points beneath `worktrees/` of another repository),
 * `repository` for clones and submodules.
 */
export function repositoryMark(directory: string): RepositoryMark {
  const mark = join(directory, '.git');
  const stat = lstatOf(mark);
  if (stat === undefined || stat.isSymbolicLink()) return stat === undefined ? 'none' : 'repository';
  if (!stat.isFile()) return 'repository';
  const target = /^gitdir:[ \t]*(.+)$/m.exec(readSmallFile(mark) ?? '')?.[1];
  return target !== undefined && /[\\/]worktrees[\\/][^\\/]+[\\/]?$/.test(target.trim()) ? 'worktree' : 'repository';
}

/** The nearest directory at or above that holds a `.git`, or `null`. */
export function repositoryAround(directory: string): string | null {
  for (let at = directory; ; at = dirname(at)) {
    if (lstatOf(join(at, '.git')) !== undefined) return at;
    if (dirname(at) === at) return null;
  }
}

/** Paths of the submodules that `.gitmodules` names, relative to the repository's top, `/` separators. */
export function submodulePaths(top: string): ReadonlySet<string> {
  const text = readSmallFile(join(top, '.gitmodules')) ?? '';
  const paths = new Set<string>();
  for (const line of text.split('\n')) {
    const equals = line.indexOf('=');
    if (equals < 0 || line.slice(0, equals).trim() !== 'path') continue;
    const value = line.slice(equals + 1).trim();
    const isQuoted = value.length > 1 && value.startsWith('"') && value.endsWith('"');
    paths.add(isQuoted ? value.slice(1, -1) : value);
  }
  return paths;
}

/** Text of the repository's `info/exclude`, `''` without one. In worktrees and submodules it lies with the common directory. */
export function infoExclude(top: string): string {
  const mark = join(top, '.git');
  let directory = mark;
  if (lstatOf(mark)?.isFile() === true) {
    const target = /^gitdir:[ \t]*(.+)$/m.exec(readSmallFile(mark) ?? '')?.[1];
    if (target === undefined) return '';
    directory = resolve(top, target.trim());
    const common = readSmallFile(join(directory, 'commondir'))?.trim();
    if (common !== undefined && common !== '') directory = resolve(directory, common);
  }
  return readSmallFile(join(directory, 'info', 'exclude')) ?? '';
}

function lstatOf(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}
