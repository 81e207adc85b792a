import fs from 'node:fs/promises';
import path from 'node:path';
import { asWriteError, systemCode } from './file-errors.ts';
import { removeFile } from './remove-file.ts';
import { temporaryOwner } from './write-atomically.ts';

/** A write takes milliseconds; after this time a temporary file is nobody's, whatever process now has the pid. */
const ABANDONED_AFTER_MS = 10 * 60_000;

/**
 * Removes the temporary files that killed processes left in `directory` (not below it). A file of a living process is
 * left alone until it is ten minutes old: it may be a write under way.
 *
 * Known limit: a writer in another pid namespace (two containers on one directory) looks dead; its write then fails
 * with FILE_UNWRITABLE and leaves the old content.
 *
 * @returns the names removed; none when the directory does not exist
 * @throws AgentBrainError STATE_DIR_NOT_WRITABLE, FILE_UNWRITABLE
 */
export async function cleanTemporaries(directory: string, now: () => number = Date.now): Promise<string[]> {
  const removed: string[] = [];
  for (const name of await namesIn(directory)) {
    const owner = temporaryOwner(name);
    if (owner === undefined) continue;
    const file = path.join(directory, name);
    if (isAlive(owner) && !(await isOlderThan(file, now() - ABANDONED_AFTER_MS))) continue;
    if (await removeFile(file)) removed.push(name);
  }
  return removed;
}

async function namesIn(directory: string): Promise<string[]> {
  try {
    return await fs.readdir(directory);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return [];
    throw asWriteError(error, `list ${directory}`, directory);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemCode(error) === 'EPERM';
  }
}

const isOlderThan = async (file: string, timeMs: number): Promise<boolean> =>
  fs.lstat(file).then(
    (found) => found.mtimeMs < timeMs,
    () => false,
  );
