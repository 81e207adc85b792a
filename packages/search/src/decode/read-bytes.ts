import { hash } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readlinkSync, readSync, realpathSync, type Stats } from 'node:fs';
import { basename, dirname, join, sep } from 'node:path';
import { isAgentBrainError } from '@agent-brain/contract/errors';
import type { SkipReason } from '@agent-brain/contract/jobs';
import { opening } from './descriptors.ts';

/** The calls {@link readBytes} makes; tests give their own to change a file between two of them. */
export interface FileCalls {
  openSync(path: string, flags: number): number;
  fstatSync(descriptor: number): Stats;
  readSync(descriptor: number, buffer: Buffer, offset: number, length: number, position: null): number;
  closeSync(descriptor: number): void;
  /** Real path of the file that is open. */
  realPathOf(descriptor: number, path: string): string;
}

export interface ReadOptions {
  /** Larger files are not read: `too_large`. Bytes. */
  readonly maxBytes: number;
  /** Of a larger file only so many bytes are read; then `maxBytes` does not matter. Default: all. */
  readonly headBytes?: number | undefined;
  /** Real path of the directory that the file must lie in, also after links in its path are followed. */
  readonly root: string;
  readonly calls?: FileCalls;
  /** What was read stays in it until the next read. Default: memory of its own. */
  readonly readBuffer?: ReadBuffer;
}

/** Files up to this size are read into memory that is used again. */
const BUFFER_BYTES = 1024 * 1024;

/** Room for one file after another: memory outside of V8's heap that is asked for with each file makes it collect garbage for nothing. */
export class ReadBuffer {
  #room = Buffer.alloc(0);

  take(size: number): Buffer {
    if (size > BUFFER_BYTES) return Buffer.allocUnsafeSlow(size);
    if (this.#room.length === 0) this.#room = Buffer.allocUnsafeSlow(BUFFER_BYTES);
    return this.#room.subarray(0, size);
  }
}

export interface FileBytes {
  readonly bytes: Buffer;
  /** SHA-256 of the bytes, lower-case hex; where only the head was read, of the head and the size. */
  readonly hash: string;
  /** Of the whole file. */
  readonly sizeBytes: number;
  /** Milliseconds since 1970, with fraction; of the stat before the read, so that a change during it is seen by the next run. */
  readonly mtimeMs: number;
  /** As `mtimeMs`. */
  readonly ctimeMs: number;
}

export interface SkippedFile {
  readonly skip: SkipReason;
}

/** Where the kernel tells it, one call that nobody can mislead, instead of one for each directory above the file. */
function realPathOf(descriptor: number, path: string): string {
  if (process.platform === 'linux') {
    try {
      return readlinkSync(`/proc/self/fd/${descriptor}`);
    } catch {
      // No /proc, or a path that is too long for it.
    }
  }
  return join(realpathSync.native(dirname(path)), basename(path));
}

/** Those of the operating system. */
export const fileCalls: FileCalls = { openSync, fstatSync, readSync, closeSync, realPathOf };

/**
 * Reads a whole regular file, at most `maxBytes` of it, and never blocks: FIFOs and devices are opened
 * non-blocking and refused by what the open descriptor is, links are not followed, and where the file really is
 * is verified after the open, so that swapping the path for a link in between gains nothing.
 * A file that changes while it is read is read once more.
 */
export function readBytes(path: string, options: ReadOptions): FileBytes | SkippedFile {
  const calls = options.calls ?? fileCalls;
  const first = readOnce(path, options, calls);
  if ('skip' in first || !first.isChanged) return first;
  return readOnce(path, options, calls);
}

/** The first bytes of a regular file, empty where it cannot be read. For looking, not for indexing. @throws FILE_UNREADABLE without descriptors */
export function readHead(path: string, maxBytes: number): Buffer {
  let descriptor: number;
  try {
    descriptor = opening(path, () => openSync(path, openFlags));
  } catch (error) {
    if (isAgentBrainError(error)) throw error;
    return Buffer.alloc(0);
  }
  try {
    if (!fstatSync(descriptor).isFile()) return Buffer.alloc(0);
    const buffer = Buffer.alloc(maxBytes);
    return buffer.subarray(0, readSync(descriptor, buffer, 0, maxBytes, null));
  } catch {
    return Buffer.alloc(0);
  } finally {
    closeSync(descriptor);
  }
}

const openFlags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0) | (constants.O_NOCTTY ?? 0);

function readOnce(path: string, options: ReadOptions, calls: FileCalls): (FileBytes & { readonly isChanged: boolean }) | SkippedFile {
  let descriptor: number;
  try {
    descriptor = opening(path, () => calls.openSync(path, openFlags));
  } catch (error) {
    return { skip: reasonOfOpenError(error) };
  }
  try {
    const before = calls.fstatSync(descriptor);
    if (!before.isFile()) return { skip: 'special_file' };
    const isHead = options.headBytes !== undefined && before.size > options.headBytes;
    if (before.size > options.maxBytes && !isHead) return { skip: 'too_large' };
    if (!isBeneath(calls.realPathOf(descriptor, path), options.root)) return { skip: 'symlink_outside' };
    const bytes = isHead ? readHeadOf(descriptor, options, calls) : readAll(descriptor, before.size, options, calls);
    if (bytes === null) return { skip: 'too_large' };
    const after = calls.fstatSync(descriptor);
    // What is appended to a log changes nothing in its head.
    const isOther = !isHead && (after.size !== before.size || bytes.length !== before.size);
    const isChanged = isOther || after.mtimeMs !== before.mtimeMs;
    const { mtimeMs, ctimeMs } = before;
    const digest = hash('sha256', isHead ? Buffer.concat([bytes, Buffer.from(` ${before.size}`)]) : bytes, 'hex');
    return { bytes, hash: digest, sizeBytes: isHead ? before.size : bytes.length, mtimeMs, ctimeMs, isChanged };
  } catch (error) {
    return { skip: reasonOfOpenError(error) };
  } finally {
    calls.closeSync(descriptor);
  }
}

/** Up to the last line end in it, so that no line is cut. */
function readHeadOf(descriptor: number, { headBytes = 0, readBuffer }: ReadOptions, calls: FileCalls): Buffer {
  const buffer = readBuffer?.take(headBytes) ?? Buffer.allocUnsafe(headBytes);
  let length = 0;
  while (length < headBytes) {
    const count = calls.readSync(descriptor, buffer, length, headBytes - length, null);
    if (count === 0) break;
    length += count;
  }
  const end = buffer.lastIndexOf(0x0a, length - 1);
  return buffer.subarray(0, end > 0 ? end + 1 : length);
}

/** Until the end of the file, whatever its size was at first; `null` when it has grown beyond the limit. */
function readAll(descriptor: number, expectedBytes: number, { maxBytes, readBuffer }: ReadOptions, calls: FileCalls): Buffer | null {
  // One byte more than expected: a regular file that gives less than was asked for is at its end.
  let buffer = readBuffer?.take(expectedBytes + 1) ?? Buffer.allocUnsafe(expectedBytes + 1);
  let length = 0;
  for (;;) {
    if (length === buffer.length) {
      const larger = Buffer.allocUnsafe(Math.min(buffer.length * 2, maxBytes + 1));
      buffer.copy(larger, 0, 0, length);
      buffer = larger;
    }
    const count = calls.readSync(descriptor, buffer, length, buffer.length - length, null);
    length += count;
    if (length > maxBytes) return null;
    if (length < buffer.length && (count === 0 || length === expectedBytes)) return buffer.subarray(0, length);
  }
}

const isBeneath = (realPath: string, root: string): boolean => realPath.startsWith(root.endsWith(sep) ? root : root + sep);

function reasonOfOpenError(error: unknown): SkipReason {
  switch ((error as NodeJS.ErrnoException).code) {
    case 'ENOENT':
    case 'ENOTDIR':
    case 'ESTALE':
      return 'vanished';
    case 'ELOOP': // O_NOFOLLOW met a link: the path was a regular file when it was listed
    case 'EMLINK': // the same on FreeBSD
      return 'symlink';
    case 'ENXIO': // socket, or device without a driver
    case 'ENODEV':
    case 'EISDIR':
      return 'special_file';
    default:
      return 'unreadable';
  }
}
