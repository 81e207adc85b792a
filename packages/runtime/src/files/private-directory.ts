import { constants } from 'node:fs';
import fs, { type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { AgentBrainError } from '@agent-brain/contract/errors';
import { asWriteError, systemCode } from './file-errors.ts';

export interface PrivateDirectoryOptions {
  /** The user it must belong to; negative or absent: not checked (Windows has no uid). */
  uid?: number;
  /** Widest permission bits it may keep. Default 0700. */
  mode?: number;
}

/**
 * Makes sure that a directory exists, belongs to the user, is no symbolic link, and lets nobody else in: one with
 * wider permissions (a clone under umask 002) is tightened. Missing parents are made with the same mode.
 *
 * @throws AgentBrainError STATE_DIR_UNSAFE (a link, a file, another user's), DISK_FULL, STATE_DIR_NOT_WRITABLE, FILE_UNWRITABLE
 */
export async function ensurePrivateDirectory(directory: string, options: PrivateDirectoryOptions = {}): Promise<void> {
  const mode = options.mode ?? 0o700;
  try {
    await makeWithParents(directory, mode);
  } catch (error) {
    // EEXIST: a file, or a link; ENOENT: a dangling link. Both are told apart below.
    if (!(await isTaken(directory))) throw asWriteError(error, `make the directory ${directory}`, directory);
  }
  if (process.platform === 'win32') return await refuseNonDirectory(directory);

  const handle = await openDirectory(directory);
  try {
    await checkAndTighten(handle, directory, options.uid ?? -1, mode);
  } finally {
    await handle.close();
  }
}

/** Not by `recursive: true`, which answers ENOENT on a read-only file system instead of EROFS (seen in Node 24.21). */
async function makeWithParents(directory: string, mode: number): Promise<void> {
  const parent = path.dirname(directory);
  try {
    await fs.mkdir(directory, { mode });
  } catch (error) {
    if (systemCode(error) !== 'ENOENT' || parent === directory) throw error;
    await makeWithParents(parent, mode).catch((reason: unknown) => {
      if (systemCode(reason) !== 'EEXIST') throw reason; // made by another process meanwhile
    });
    await fs.mkdir(directory, { mode });
  }
}

const isTaken = (directory: string): Promise<boolean> =>
  fs.lstat(directory).then(
    () => true,
    () => false,
  );

/** Opens it without following a link, so that what is checked is what is tightened. */
async function openDirectory(directory: string): Promise<FileHandle> {
  try {
    return await fs.open(directory, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  } catch (error) {
    await refuseNonDirectory(directory);
    throw asWriteError(error, `open the directory ${directory}`, directory);
  }
}

async function checkAndTighten(handle: FileHandle, directory: string, uid: number, mode: number): Promise<void> {
  const stats = await handle.stat();
  if (uid >= 0 && stats.uid !== uid) throw unsafe(directory, `it belongs to user ${stats.uid}, not to user ${uid}`);
  const permissions = stats.mode & 0o777;
  if ((permissions & ~mode) === 0) return;
  try {
    await handle.chmod(permissions & mode);
  } catch (error) {
    throw asWriteError(error, `tighten the permissions of ${directory}`, directory);
  }
}

async function refuseNonDirectory(directory: string): Promise<void> {
  const found = await fs.lstat(directory).catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw asWriteError(error, `look at ${directory}`, directory);
  });
  if (found?.isSymbolicLink()) throw unsafe(directory, 'it is a symbolic link');
  if (found !== undefined && !found.isDirectory()) throw unsafe(directory, 'it is not a directory');
}

const unsafe = (directory: string, why: string): AgentBrainError =>
  new AgentBrainError('STATE_DIR_UNSAFE', `Will not use the directory ${directory} — ${why}`, { data: { directory } });
