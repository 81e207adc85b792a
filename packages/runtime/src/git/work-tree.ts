import path from 'node:path';
import { readGitIndex } from './git-index.ts';
import type { IndexEntry } from './index-entry.ts';
import { hasGitEntry, type Repository, repositoryAt } from './repository.ts';

/** Mode of an entry that stands for a submodule. */
export const GITLINK_MODE = 0o160000;

/** Git allows deeper nesting; nobody has it. */
const MAX_NESTING = 64;

/**
 * The work tree around `start`, or that of the outermost superproject when it is a submodule. Found by files alone, so
 * that the answer is the same with and without git and no repository can widen it: the result is `start` or a directory
 * above it, and holds `.git`.
 *
 * A repository is a submodule only where the index of the one around it lists it; a linked worktree never is.
 *
 * @param start canonical
 */
export async function workTreeAround(start: string): Promise<string | undefined> {
  let repository = nearestRepository(start);
  if (repository === undefined) return nearestMark(start);
  for (let depth = 0; depth < MAX_NESTING && repository.kind === 'repository'; depth++) {
    const parent = path.dirname(repository.workTree);
    const around: Repository | undefined = parent === repository.workTree ? undefined : nearestRepository(parent);
    if (around === undefined || !(await isSubmodule(repository, around))) break;
    repository = around;
  }
  return repository.workTree;
}

/** The repository of the nearest directory, at or above `start`, that is a work tree. */
export function nearestRepository(start: string): Repository | undefined {
  for (let directory = start; ; directory = path.dirname(directory)) {
    const found = repositoryAt(directory);
    if (found !== undefined) return found;
    if (path.dirname(directory) === directory) return undefined;
  }
}

/** A broken repository: its directory is a better guess than none. */
function nearestMark(start: string): string | undefined {
  for (let directory = start; ; directory = path.dirname(directory)) {
    if (hasGitEntry(directory)) return directory;
    if (path.dirname(directory) === directory) return undefined;
  }
}

async function isSubmodule(inner: Repository, around: Repository): Promise<boolean> {
  const wanted = Buffer.from(path.relative(around.workTree, inner.workTree).split(path.sep).join('/'));
  for (const entry of await indexEntries(around)) {
    if (entry.mode === GITLINK_MODE && entry.path.equals(wanted)) return true;
  }
  return false;
}

/** What the index of a work tree lists; nothing where it cannot be read or is not the index of this work tree. */
export async function indexEntries(repository: Repository): Promise<Iterable<IndexEntry>> {
  if (!repository.isOwn) return [];
  return (await readGitIndex(path.join(repository.gitDir, 'index'))) ?? [];
}
