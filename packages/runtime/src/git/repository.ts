import { lstatSync, realpathSync, type Stats, statSync } from 'node:fs';
import path from 'node:path';
import { readBoundedSync } from '../files/index.ts';
import { parseCoreSettings } from './core-settings.ts';

/*
 * What lies below `.git` came with a clone or an archive, and git would believe all of it: `core.worktree` moves a work
 * tree anywhere, a directory that looks like a bare repository has no `.git` at all, a gitfile names any directory. So a
 * work tree is here always and only the directory that holds `.git`, found without git, and nothing in the repository
 * can make it another one.
 */

export interface Repository {
  /** The directory that holds `.git`. */
  readonly workTree: string;
  /** Where the repository keeps what belongs to this work tree: its index, its HEAD. */
  readonly gitDir: string;
  /** Where it keeps the rest: its configuration, `info/exclude`. Another one than `gitDir` in a linked worktree. */
  readonly commonDir: string;
  /** `worktree`: a linked worktree (`git worktree add`), which is a project of its own wherever it lies. */
  readonly kind: 'repository' | 'worktree';
  /**
   * Whether `gitDir` is this work tree's: a `.git` directory, or one that points back here. The index of another work
   * tree says nothing about this one.
   */
  readonly isOwn: boolean;
}

/**
 * The repository whose work tree is this directory; `undefined` where git would see none.
 * A gitfile that leads nowhere counts: a worktree whose repository is not mounted here is no part of what is around it.
 */
export function repositoryAt(directory: string): Repository | undefined {
  const mark = path.join(directory, '.git');
  const found = statOf(mark);
  if (found === undefined) return undefined;
  if (found.isDirectory()) {
    return isGitDirectory(mark) ? { workTree: directory, gitDir: mark, commonDir: mark, kind: 'repository', isOwn: true } : undefined;
  }
  const gitDir = targetOf(mark, 'gitdir: ');
  if (gitDir === undefined) return undefined;
  const commonDir = targetOf(path.join(gitDir, 'commondir'));
  return {
    workTree: directory,
    gitDir,
    commonDir: commonDir ?? gitDir,
    kind: commonDir === undefined ? 'repository' : 'worktree',
    isOwn: pointsBack(gitDir, directory, commonDir !== undefined),
  };
}

/** Whether the directory holds a `.git` at all, whatever it is. */
export const hasGitEntry = (directory: string): boolean => lstatOf(path.join(directory, '.git')) !== undefined;

/** gitrepository-layout(5): a path, absolute or relative to the directory of the file. */
function targetOf(file: string, prefix = ''): string | undefined {
  const text = textOf(file);
  if (text === undefined || !text.startsWith(prefix)) return undefined;
  const target = text.slice(prefix.length).replace(/[\r\n]+$/, '');
  return target === '' || target.includes('\0') ? undefined : path.resolve(path.dirname(file), target);
}

/**
 * A linked worktree is named in `gitdir`, a submodule in `core.worktree`. A repository that is merely kept elsewhere
 * (`git init --separate-git-dir`) names nobody, but then it is not called `.git`, as that of another work tree would be.
 */
function pointsBack(gitDir: string, directory: string, isWorktree: boolean): boolean {
  if (!isGitDirectory(gitDir) && !isWorktree) return false;
  if (isWorktree) {
    const named = targetOf(path.join(gitDir, 'gitdir'));
    return named !== undefined && path.basename(named) === '.git' && isSame(path.dirname(named), directory);
  }
  const workTree = coreSettings(gitDir).get('worktree');
  return workTree === undefined ? path.basename(gitDir) !== '.git' : isSame(path.resolve(gitDir, workTree), directory);
}

/** The test of git itself: a HEAD, and objects and refs. */
function isGitDirectory(directory: string): boolean {
  const isDirectory = (name: string): boolean => statOf(path.join(directory, name))?.isDirectory() === true;
  return lstatOf(path.join(directory, 'HEAD')) !== undefined && isDirectory('objects') && isDirectory('refs');
}

/**
 * The settings `core.*` of a repository, by lower-case name. Files that its configuration includes are not followed.
 *
 * @param commonDir see {@link Repository.commonDir}
 */
export const coreSettings = (commonDir: string): ReadonlyMap<string, string> =>
  parseCoreSettings(textOf(path.join(commonDir, 'config')) ?? '');

/** Of a repository's small files; links inside of `.git` are git's own way with worktrees of old. */
function textOf(file: string): string | undefined {
  try {
    const read = readBoundedSync(file, { followLinks: true });
    return read.state === 'ok' ? read.text : undefined;
  } catch {
    return undefined;
  }
}

function statOf(file: string): Stats | undefined {
  try {
    return statSync(file, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

function lstatOf(file: string): Stats | undefined {
  try {
    return lstatSync(file, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

function isSame(one: string, other: string): boolean {
  try {
    return realpathSync.native(one) === realpathSync.native(other);
  } catch {
    return false;
  }
}
