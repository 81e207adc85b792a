import { lstatSync, type Stats } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Repository, repositoryAt } from '@agent-brain/runtime/git';
import { readSmallFile } from './rule-levels.ts';

/** What the `.git` of a directory makes of it; `none` without one, and with one that is no repository. */
export type RepositoryMark = 'none' | 'repository' | 'worktree';

/** `worktree` for a linked worktree, `repository` for clones and submodules. */
export const repositoryMark = (directory: string): RepositoryMark =>
  hasGit(directory) ? (repositoryAt(directory)?.kind ?? 'none') : 'none';

/** The nearest directory at or above that holds a `.git`, or `null`. */
export function repositoryAround(directory: string): string | null {
  for (let at = directory; ; at = dirname(at)) {
    if (hasGit(at)) return at;
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

/** Text of the repository's `info/exclude`, `''` without one. In worktrees it lies with the common directory. */
export function infoExclude(top: string, repository: Repository | undefined = repositoryAt(top)): string {
  return repository === undefined ? '' : (readSmallFile(join(repository.commonDir, 'info', 'exclude')) ?? '');
}

/** Asked for every directory: cheaper than a look at what it is. */
function hasGit(directory: string): boolean {
  let stat: Stats | undefined;
  try {
    stat = lstatSync(join(directory, '.git'), { throwIfNoEntry: false });
  } catch {
    return false;
  }
  return stat !== undefined;
}
