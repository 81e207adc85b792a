import fs from 'node:fs';
import path from 'node:path';
import type { Removal } from '@agent-brain/contract/commands';

/** Entries that a measure of size looks at; a huge tree is then measured in part. */
const maxEntries = 200_000;

/** Bytes of a file or a tree, links not followed; what cannot be read counts as nothing. */
export function sizeOf(root: string): number {
  let bytes = 0;
  const waiting = [root];
  for (let looked = 0; waiting.length > 0 && looked < maxEntries; looked += 1) {
    const file = waiting.pop() as string;
    const stats = fs.lstatSync(file, { throwIfNoEntry: false });
    if (stats === undefined) continue;
    if (stats.isDirectory()) waiting.push(...readNames(file).map((name) => path.join(file, name)));
    else bytes += stats.size;
  }
  return bytes;
}

function readNames(directory: string): string[] {
  try {
    return fs.readdirSync(directory);
  } catch {
    return [];
  }
}

/** Removes files and trees; a link goes itself, what it leads to stays. */
export async function removeAll(removals: readonly Removal[]): Promise<void> {
  for (const { path: file } of removals) await fs.promises.rm(file, { recursive: true, force: true, maxRetries: 3 });
}

/** Names of a directory that are ours, as removals; nothing when it is not a directory. */
export function ownedIn(directory: string, what: string, isOurs: (name: string) => boolean): Removal[] {
  if (fs.lstatSync(directory, { throwIfNoEntry: false })?.isDirectory() !== true) return [];
  return readNames(directory)
    .filter(isOurs)
    .toSorted()
    .map((name) => ({ path: path.join(directory, name), what, bytes: sizeOf(path.join(directory, name)) }));
}

/** Removes a directory that has become empty; one that holds something of others stays. */
export function removeIfEmpty(directory: string): void {
  try {
    fs.rmdirSync(directory);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST' && code !== 'ENOENT' && code !== 'ENOTDIR') throw error;
  }
}
