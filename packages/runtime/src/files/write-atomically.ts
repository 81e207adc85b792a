import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import path from 'node:path';
import { asWriteError, systemCode } from './file-errors.ts';
import { type FileSystem, nodeFileSystem, type WritableFile } from './file-system.ts';

export interface WriteOptions {
  /** Permission bits of the file; the umask may take some away. Default 0600. */
  mode?: number;
  /** Default: the real one. */
  fs?: FileSystem;
}

// O_NOFOLLOW does not exist on Windows, where `O_EXCL` alone keeps us from opening what stands there.
const createNew = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | (constants.O_NOFOLLOW ?? 0);

/** What platforms answer that cannot fsync a directory (Windows, some network and FUSE file systems). */
const directorySyncUnsupported = new Set(['EINVAL', 'EISDIR', 'EPERM', 'EACCES', 'EBADF', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS']);

/**
 * Replaces a file so that every reader, at every moment and after every crash, finds either the old content or the
 * new one (docs/design/locks.md#atomic-write). The only way in which a file that another process reads is written.
 *
 * A symbolic link at `file` is replaced by the new file; what it pointed at is not touched.
 * After a failure the old content stands and no temporary file is left; the one exception is a failing fsync of the
 * directory, which is reported although the new content already stands, because it might not survive a power cut.
 *
 * @throws AgentBrainError DISK_FULL, STATE_DIR_NOT_WRITABLE, FILE_UNWRITABLE
 */
export async function writeAtomically(file: string, content: string | Uint8Array, options: WriteOptions = {}): Promise<void> {
  const fs = options.fs ?? nodeFileSystem;
  const temporary = temporaryName(file);
  try {
    await writeNew(fs, temporary, content, options.mode ?? 0o600);
    await fs.rename(temporary, file).catch((error: unknown) => discard(fs, temporary, error));
    await syncDirectory(fs, path.dirname(file));
  } catch (error) {
    throw asWriteError(error, `write ${file}`, file);
  }
}

async function writeNew(fs: FileSystem, file: string, content: string | Uint8Array, mode: number): Promise<void> {
  const handle = await fs.open(file, createNew, mode);
  try {
    await fillAndClose(handle, content);
  } catch (error) {
    await discard(fs, file, error);
  }
}

async function fillAndClose(handle: WritableFile, content: string | Uint8Array): Promise<void> {
  try {
    await handle.writeFile(content);
    await handle.sync();
  } catch (error) {
    await handle.close().catch(() => {}); // the first failure is the one to report
    throw error;
  }
  await handle.close();
}

async function discard(fs: FileSystem, temporary: string, reason: unknown): Promise<never> {
  await fs.unlink(temporary).catch(() => {}); // what stays is removed by cleanTemporaries at the next start
  throw reason;
}

async function syncDirectory(fs: FileSystem, directory: string): Promise<void> {
  try {
    const handle = await fs.open(directory, constants.O_RDONLY);
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (!directorySyncUnsupported.has(systemCode(error) ?? '')) throw error;
  }
}

/** `.state.json.4711.0123456789ab.tmp`: the pid lets a later process tell a leftover from a write under way. */
const temporaryName = (file: string): string =>
  path.join(path.dirname(file), `.${path.basename(file)}.${process.pid}.${randomBytes(6).toString('hex')}.tmp`);

const temporaryPattern = /^\..+\.(\d{1,10})\.[0-9a-f]{12}\.tmp$/;

/** The pid of the process that made this temporary file, or `undefined` for a name that is not one of ours. */
export function temporaryOwner(name: string): number | undefined {
  const match = temporaryPattern.exec(name);
  return match === null ? undefined : Number(match[1]);
}
