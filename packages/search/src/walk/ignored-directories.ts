import type { Dirent } from 'node:fs';
import fs from 'node:fs/promises';
import { join } from 'node:path';
import { listWithGit } from './git-listing.ts';
import { derivedDirectories, repositoryDirectories } from './name-rules.ts';

export interface IgnoredDirectoriesOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Milliseconds after which git is killed. */
  readonly gitTimeoutMs: number;
  /** No more directories than this are named; those near the folder go first. */
  readonly limit: number;
}

/** Outside git so many directories are looked into. */
const maxLooks = 5_000;

/**
 * Directories beneath a folder in which nothing can be indexed: what the ignore rules of git leave out
 * as a whole, and outside git what tools make. Absolute paths. Not complete: it is meant for saving
 * work, a run decides anew about each file.
 */
export async function ignoredDirectories(folder: string, { env, gitTimeoutMs, limit }: IgnoredDirectoriesOptions): Promise<string[]> {
  const listing = await listWithGit(folder, { env, timeoutMs: gitTimeoutMs, selection: 'ignored' });
  if (listing.kind === 'refused') return derivedDirectoriesOf(folder, limit);
  return listing.paths
    .filter((path) => path.endsWith('/') && path !== './')
    .map((path) => path.slice(0, -1))
    .sort((left, right) => depth(left) - depth(right))
    .slice(0, limit)
    .map((path) => join(folder, path));
}

const depth = (path: string): number => path.split('/').length;

async function derivedDirectoriesOf(folder: string, limit: number): Promise<string[]> {
  const found: string[] = [];
  const queue = [folder];
  for (let looks = 0; looks < maxLooks && looks < queue.length && found.length < limit; looks += 1) {
    const directory = queue[looks] as string;
    for (const entry of await entriesOf(directory)) {
      if (!entry.isDirectory()) continue;
      const path = join(directory, entry.name);
      if (derivedDirectories.has(entry.name) || repositoryDirectories.has(entry.name)) found.push(path);
      else queue.push(path);
    }
  }
  return found.slice(0, limit);
}

async function entriesOf(directory: string): Promise<Dirent[]> {
  try {
    return await fs.readdir(directory, { withFileTypes: true });
  } catch {
    return [];
  }
}
