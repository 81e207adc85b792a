import fs from 'node:fs/promises';
import path from 'node:path';
import { GITLINK_MODE, type IndexEntry, indexEntries, nearestRepository } from '../git/index.ts';
import { isInside } from './ancestors.ts';
import type { ProjectPaths } from './project-paths.ts';
import { committedNames, type StateDirEntry } from './state-dir-entries.ts';

/** What git's index lists of a state dir, and which state of the index file that was. */
export interface TrackedState {
  readonly entries: readonly TrackedEntry[];
  /** Of the index file; undefined when there is none. */
  readonly indexFile: string | undefined;
  readonly stamp: string;
}

interface TrackedEntry extends Omit<IndexEntry, 'path'> {
  /** In the state dir, `/` between its parts. */
  readonly path: string;
}

const ignoresCase = (platform: NodeJS.Platform): boolean => platform === 'darwin' || platform === 'win32';
const folded = (text: string, platform: NodeJS.Platform): string => (ignoresCase(platform) ? text.toLowerCase() : text);

/** Reads a file of the repository, which is foreign: call it before a lock is taken that others wait for. */
export async function trackedState(paths: ProjectPaths, platform: NodeJS.Platform): Promise<TrackedState> {
  const repository = nearestRepository(paths.root);
  if (repository === undefined || !isInside(paths.stateDir, repository.workTree)) return { entries: [], indexFile: undefined, stamp: '' };
  const indexFile = path.join(repository.gitDir, 'index');
  const stamp = await stampOf(indexFile);
  const prefix = Buffer.from(`${path.relative(repository.workTree, paths.stateDir).split(path.sep).join('/')}/`);
  const { length } = prefix;
  const isBelow = ({ path: file }: IndexEntry): boolean =>
    ignoresCase(platform)
      ? file.toString('utf8', 0, length).toLowerCase() === prefix.toString().toLowerCase()
      : file.length > length && prefix.equals(file.subarray(0, length));
  const entries: TrackedEntry[] = [];
  for (const entry of await indexEntries(repository)) {
    if (isBelow(entry)) entries.push({ ...entry, path: entry.path.toString('utf8', length) });
  }
  return { entries, indexFile, stamp };
}

/** Whether git has written its index since. */
export const isOutdated = async ({ indexFile, stamp }: TrackedState): Promise<boolean> =>
  indexFile !== undefined && (await stampOf(indexFile)) !== stamp;

async function stampOf(file: string): Promise<string> {
  const found = await fs.stat(file, { bigint: true }).catch(() => undefined);
  return found === undefined ? 'none' : `${found.ino}:${found.size}:${found.mtimeNs}:${found.ctimeNs}`;
}

/**
 * Those of the entries that hold a file as git has written it, although only this machine may write there. A pull puts
 * such files into a state dir that was trusted before, and overwrites ignored files without asking.
 *
 * A file is git's while it has the inode and the time of modification that git noted when it wrote it. What we write in
 * its place has others, so that a project whose state was committed by mistake keeps its state from then on.
 */
export async function checkedOutEntries(
  paths: ProjectPaths,
  tracked: TrackedState,
  entries: readonly StateDirEntry[],
  platform: NodeJS.Platform,
): Promise<StateDirEntry[]> {
  const names = new Set<string>();
  for (const entry of tracked.entries) {
    if (await isAsCheckedOut(path.join(paths.stateDir, entry.path), entry)) names.add(folded(entry.path.split('/')[0] ?? '', platform));
  }
  return entries.filter((entry) => names.has(folded(entry.name, platform)) && !committedNames.includes(entry.name));
}

const NS_PER_S = 1_000_000_000n;

async function isAsCheckedOut(file: string, entry: TrackedEntry): Promise<boolean> {
  if (entry.mode === GITLINK_MODE)
    return await fs.lstat(path.join(file, '.git')).then(
      () => true,
      () => false,
    );
  const found = await fs.lstat(file, { bigint: true }).catch(() => undefined);
  if (found === undefined) return false;
  const isSameTime = BigInt.asUintN(32, found.mtimeNs / NS_PER_S) === BigInt(entry.modifiedS);
  const isSameRest = entry.modifiedNs === 0 || found.mtimeNs % NS_PER_S === BigInt(entry.modifiedNs);
  return isSameTime && isSameRest && (entry.ino === 0 || BigInt.asUintN(32, found.ino) === BigInt(entry.ino));
}
