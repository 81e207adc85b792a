import fs from 'node:fs/promises';
import path from 'node:path';
import { AgentBrainError } from '@agent-brain/contract/errors';
import { asWriteError, systemCode } from './file-errors.ts';

const MAX_ATTEMPTS = 100;

/**
 * Moves entries of a directory of ours into a new folder of it. Links are moved, not followed.
 *
 * @param reason first part of the folder's name
 * @returns the folder, absolute
 * @throws AgentBrainError STATE_DIR_NOT_WRITABLE, DISK_FULL, FILE_UNWRITABLE
 */
export async function setAside(directory: string, names: readonly string[], reason: 'untrusted' | 'copied', now: Date): Promise<string> {
  const folder = await makeFolder(path.join(directory, `${reason}-${now.toISOString().replaceAll(/[:.]/g, '-')}`));
  for (const name of names) {
    try {
      await fs.rename(path.join(directory, name), path.join(folder, name));
    } catch (error) {
      if (systemCode(error) !== 'ENOENT') throw asWriteError(error, `set aside ${path.join(directory, name)}`, directory);
    }
  }
  return folder;
}

async function makeFolder(wanted: string): Promise<string> {
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const folder = attempt === 1 ? wanted : `${wanted}-${attempt}`;
    try {
      await fs.mkdir(folder, { mode: 0o700 });
      return folder;
    } catch (error) {
      if (systemCode(error) !== 'EEXIST') throw asWriteError(error, `make the directory ${folder}`, folder);
    }
  }
  throw new AgentBrainError('FILE_UNWRITABLE', `Cannot make the directory ${wanted} — all names of that form are taken`, {
    data: { file: wanted },
  });
}

/**
 * Writes or removes a file of ours; a directory in its place, which no such change can replace, is set aside first
 * (`untrusted-<time>/`). Everything else that may stand there is replaced like a file.
 *
 * @throws whatever `change` throws when no directory stands there, and what `setAside` throws
 */
export async function pastDirectory<T>(file: string, change: () => Promise<T>): Promise<T> {
  try {
    return await change();
  } catch (error) {
    if (!(await isDirectory(file))) throw error;
    await setAside(path.dirname(file), [path.basename(file)], 'untrusted', new Date());
    return await change();
  }
}

const isDirectory = (file: string): Promise<boolean> =>
  fs.lstat(file).then(
    (found) => found.isDirectory(),
    () => false,
  );
