import fs, { constants } from 'node:fs';
import { createRequire } from 'node:module';
import { AgentBrainError } from '@agent-brain/contract/errors';
import { asReadError, asWriteError, systemCode } from '../files/index.ts';

/**
 * The one lock primitive (docs/design/locks.md#kernel-lock): open file description locks on Linux, flock on macOS, LockFileEx
 * on Windows. Freed by the kernel when the holder dies, however it dies; kept while it is merely stopped; not
 * inherited by children (descriptors are close-on-exec); not dropped by reading or closing the file elsewhere.
 */
interface NativeLocks {
  tryLock(fd: number, options?: { shared?: boolean }): boolean;
  unlock(fd: number): void;
}

let native: NativeLocks | undefined;

/** Loaded at first use: it costs 15 ms, and it is a native module that some platforms do not have. */
function nativeLocks(): NativeLocks {
  try {
    return (native ??= createRequire(import.meta.url)('fs-native-extensions') as NativeLocks);
  } catch (error) {
    const platform = `${process.platform}-${process.arch}`;
    throw new AgentBrainError(
      'LOCK_UNSUPPORTED',
      `Cannot load kernel locks on ${platform} — fs-native-extensions has no build for it (musl has none)`,
      {
        data: { platform },
        cause: error,
      },
    );
  }
}

// Neither flag exists on Windows. O_NONBLOCK: a FIFO in place of the file must not make us wait.
const safely = (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/**
 * Opens a lock file, making it (empty, 0600) when it is missing.
 *
 * @returns a descriptor, not a FileHandle: a collected FileHandle would be closed, and the lock with it
 * @throws AgentBrainError STATE_DIR_UNSAFE, STATE_DIR_NOT_WRITABLE, DISK_FULL, FILE_UNWRITABLE
 */
export function openLockFile(file: string): number {
  let fd: number;
  try {
    fd = fs.openSync(file, constants.O_RDWR | constants.O_CREAT | safely, 0o600);
  } catch (error) {
    throw asWriteError(error, `open the lock file ${file}`, file);
  }
  return regularOnly(file, fd);
}

/**
 * Opens a lock file for a look, without making it.
 *
 * @throws AgentBrainError STATE_DIR_UNSAFE, FILE_UNREADABLE
 */
export function openExistingLockFile(file: string): number | undefined {
  let fd: number;
  try {
    fd = fs.openSync(file, constants.O_RDONLY | safely);
  } catch (error) {
    const code = systemCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw code === 'ELOOP' ? unsafe(file, 'it is a symbolic link') : asReadError(error, file);
  }
  return regularOnly(file, fd);
}

function regularOnly(file: string, fd: number): number {
  if (fs.fstatSync(fd).isFile()) return fd;
  fs.closeSync(fd);
  throw unsafe(file, 'it is not a regular file');
}

const unsafe = (file: string, why: string): AgentBrainError =>
  new AgentBrainError('STATE_DIR_UNSAFE', `Will not lock ${file} — ${why}`, { data: { file } });

/**
 * One attempt, without waiting.
 *
 * @throws AgentBrainError LOCK_UNSUPPORTED, also for a file system without locks (some network and FUSE mounts)
 */
export function tryKernelLock(file: string, fd: number, { shared }: { shared: boolean }): boolean {
  const { tryLock } = nativeLocks();
  try {
    return tryLock(fd, { shared });
  } catch (error) {
    const code = systemCode(error) ?? 'unknown';
    if (code === 'EACCES') return false; // fcntl(2): what some systems say instead of EAGAIN
    throw new AgentBrainError('LOCK_UNSUPPORTED', `Cannot lock ${file} — its file system has no kernel locks (${code})`, {
      hint: 'Keep the state on a local file system: set AGENT_BRAIN_STATE_DIR or AGENT_BRAIN_HOME.',
      data: { file, system_code: code },
      cause: error,
    });
  }
}

/** Gives up a lock, or the wait for one. */
export function closeLockFile(fd: number): void {
  fs.closeSync(fd); // the last descriptor of a description takes its locks along
}

/**
 * Whether `file` still is the file that `fd` has open (docs/design/locks.md#lock-file-identity). Without this check, unlinking and
 * making the file anew gives two holders: each locks another inode of the same name.
 */
export function isSameFile(file: string, fd: number): boolean {
  const named = fs.lstatSync(file, { bigint: true, throwIfNoEntry: false });
  if (named === undefined) return false;
  const opened = fs.fstatSync(fd, { bigint: true });
  return named.ino === opened.ino && named.dev === opened.dev;
}
