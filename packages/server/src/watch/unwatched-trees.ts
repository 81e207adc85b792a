import type { Dirent } from 'node:fs';
import fs from 'node:fs/promises';
import path from 'node:path';
import { ignoredDirectories } from '@agent-brain/search/walk';

/** The library looks through this list at every event. */
const LIMIT = 500;

/**
 * Directories beneath a folder that need no watch: nothing in them is indexed. Saves watches, which
 * are few; files in them that count all the same (tracked, though ignored) are found by comparing.
 */
export async function unwatchedTrees(
  folder: string,
  closedDirs: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<string[]> {
  const [ignored, git] = await Promise.all([
    ignoredDirectories(folder, { env, limit: LIMIT }).catch(() => []),
    gitInternals(path.join(folder, '.git')),
  ]);
  return [...closedDirs, ...git, ...ignored];
}

/** All of it but what says which files count. */
async function gitInternals(gitDir: string): Promise<string[]> {
  const entries: Dirent[] = await fs.readdir(gitDir, { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isDirectory() && entry.name !== 'info').map((entry) => path.join(gitDir, entry.name));
}
