import fs from 'node:fs/promises';
import path from 'node:path';
import { isInside } from './ancestors.ts';
import { GITLINK_MODE, type IndexEntry, readGitIndex } from './git-index.ts';
import type { ProjectPaths } from './project-paths.ts';
import { committedNames, type StateDirEntry } from './state-dir-entries.ts';
import { nearestRepository } from './work-tree-by-files.ts';

/**
 * Those of the entries that hold a file as git has written it, although only this machine may write there. A pull puts
 * such files into a state dir that was trusted before, and overwrites ignored files without asking.
 *
 * A file is git's while it has the inode and the time of modification that git noted when it wrote it. What we write in
 * its place has others, so that a project whose state was committed by mistake keeps its state from then on.
 */
export async function checkedOutEntries(
  paths: ProjectPaths,
  entries: readonly StateDirEntry[],
  platform: NodeJS.Platform,
): Promise<StateDirEntry[]> {
  const repository = await nearestRepository(paths.root);
  if (repository === undefined || !isInside(paths.stateDir, repository.workTree)) return [];
  const index = await readGitIndex(path.join(repository.gitDir, 'index'));
  if (index === undefined) return [];
  const ignoresCase = platform === 'darwin' || platform === 'win32';
  const folded = (text: string): string => (ignoresCase ? text.toLowerCase() : text);
  const prefix = Buffer.from(`${path.relative(repository.workTree, paths.stateDir).split(path.sep).join('/')}/`);
  const { length } = prefix;
  const isBelow = ({ path: file }: IndexEntry): boolean =>
    ignoresCase
      ? folded(file.toString('utf8', 0, length)) === folded(prefix.toString())
      : file.length > length && prefix.equals(file.subarray(0, length));
  const names = new Set<string>();
  for (const entry of index) {
    if (!isBelow(entry)) continue;
    const inStateDir = entry.path.toString('utf8', length);
    if (await isAsCheckedOut(path.join(paths.stateDir, inStateDir), entry)) names.add(folded(inStateDir.split('/')[0] ?? ''));
  }
  return entries.filter((entry) => names.has(folded(entry.name)) && !committedNames.includes(entry.name));
}

const NS_PER_S = 1_000_000_000n;

async function isAsCheckedOut(file: string, entry: IndexEntry): Promise<boolean> {
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
