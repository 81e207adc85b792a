import fs from 'node:fs/promises';
import path from 'node:path';
import { readBounded } from '../files/index.ts';
import { ancestors } from './ancestors.ts';
import { GITLINK_MODE, readGitIndex } from './git-index.ts';

export interface Repository {
  /** Directory that holds `.git`. */
  readonly workTree: string;
  /** Where the repository keeps the index of this work tree. */
  readonly gitDir: string;
}

/**
 * What `workTreeByGit` would answer, found without git: the work tree around `start`, or that of the outermost
 * superproject when it is a submodule. A worktree's gitfile makes it its own root.
 */
export async function workTreeByFiles(start: string): Promise<string | undefined> {
  const repository = await nearestRepository(start);
  return repository === undefined ? undefined : (await outermost(repository)).workTree;
}

async function outermost(repository: Repository): Promise<Repository> {
  const parent = path.dirname(repository.workTree);
  if (parent === repository.workTree) return repository;
  const around = await nearestRepository(parent);
  return around !== undefined && (await isSubmodule(repository, around)) ? await outermost(around) : repository;
}

/**
 * The nearest repository that git would accept. Where there is none, the nearest that at least looks like one: of a
 * broken repository git says nothing useful either, and its directory is the better guess.
 */
export async function nearestRepository(start: string): Promise<Repository | undefined> {
  let broken: Repository | undefined;
  for (const directory of ancestors(start)) {
    const found = await repositoryAt(directory);
    if (found?.accepted === true) return found.repository;
    broken ??= found?.repository;
  }
  return broken;
}

async function repositoryAt(directory: string): Promise<{ repository: Repository; accepted: boolean } | undefined> {
  const entry = path.join(directory, '.git');
  if (await isDirectory(entry)) return { repository: { workTree: directory, gitDir: entry }, accepted: await isGitDirectory(entry) };
  const gitDir = await followGitfile(entry);
  // Git stops at a gitfile, even at one that leads nowhere (a worktree whose repository is not mounted here).
  return gitDir === undefined ? undefined : { repository: { workTree: directory, gitDir }, accepted: true };
}

/** gitrepository-layout(5): `gitdir: <path>`, relative to the directory of the file. */
async function followGitfile(file: string): Promise<string | undefined> {
  const read = await readBounded(file, { maxBytes: 64 * 1024, followLinks: true }).catch(() => undefined);
  if (read?.state !== 'ok' || !read.text.startsWith('gitdir: ')) return undefined;
  const target = read.text.slice('gitdir: '.length).replace(/[\r\n]+$/, '');
  return target === '' ? undefined : path.resolve(path.dirname(file), target);
}

/** The test of git itself: a HEAD, and objects and refs, here or in the repository that this is a worktree of. */
async function isGitDirectory(directory: string): Promise<boolean> {
  const head = await fs.lstat(path.join(directory, 'HEAD')).catch(() => undefined);
  return head !== undefined && (await isDirectory(path.join(directory, 'objects'))) && (await isDirectory(path.join(directory, 'refs')));
}

/**
 * Whether the repository around it knows `inner` as a submodule. As for git, its index decides; where that cannot be
 * read, `inner` is one if its gitfile leads into the other's `modules/`.
 */
async function isSubmodule(inner: Repository, around: Repository): Promise<boolean> {
  const entries = await readGitIndex(path.join(around.gitDir, 'index'));
  if (entries === undefined) return await isKeptInModules(inner, around);
  const wanted = Buffer.from(path.relative(around.workTree, inner.workTree).split(path.sep).join('/'));
  for (const entry of entries) {
    if (entry.mode === GITLINK_MODE && entry.path.equals(wanted)) return true;
  }
  return false;
}

async function isKeptInModules(inner: Repository, around: Repository): Promise<boolean> {
  const isWorktree = await fs.lstat(path.join(inner.gitDir, 'commondir')).then(
    () => true,
    () => false,
  );
  if (isWorktree) return false;
  const [innerDir, aroundDir] = await Promise.all([canonical(inner.gitDir), canonical(around.gitDir)]);
  return innerDir.startsWith(path.join(aroundDir, 'modules') + path.sep);
}

const isDirectory = (file: string): Promise<boolean> =>
  fs.stat(file).then(
    (found) => found.isDirectory(),
    () => false,
  );
const canonical = (file: string): Promise<string> => fs.realpath(file).catch(() => file);
