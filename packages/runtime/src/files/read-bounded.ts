import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs';
import fs, { type FileHandle } from 'node:fs/promises';
import { AgentBrainError } from '@agent-brain/contract/errors';
import { asReadError, systemCode } from './file-errors.ts';

export interface ReadOptions {
  /** Larger files are refused. Default 1 MiB. */
  maxBytes?: number;
  /** Only the first so many bytes are read, of a file of any size. */
  headBytes?: number;
  /** Whether a symbolic link at `file` is followed. Default false: what we wrote ourselves is never a link. */
  followLinks?: boolean;
  /** Whether a byte order mark stays in the text, for a file that is written again. Default false. */
  keepMark?: boolean;
}

interface Missing {
  state: 'missing';
}

interface Refused {
  state: 'refused';
  /** For the end of a sentence: "it is a symbolic link". */
  reason: string;
}

/** The content of a file, nothing, or something that is no regular file of an acceptable size. */
export type BoundedBytes = { state: 'ok'; bytes: Buffer; stats: Stats } | Missing | Refused;

/** As {@link BoundedBytes}, for text; what is not UTF-8 is refused. */
export type BoundedText = { state: 'ok'; text: string; stats: Stats } | Missing | Refused;

const DEFAULT_MAX_BYTES = 1024 * 1024;

/**
 * O_NONBLOCK: opening a FIFO without a writer would wait for ever. O_NOCTTY: a terminal must not become ours.
 * None of the flags exists on Windows.
 */
const flagsFor = ({ followLinks = false }: ReadOptions): number =>
  constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOCTTY ?? 0) | (followLinks ? 0 : (constants.O_NOFOLLOW ?? 0));

/**
 * Reads a file without trusting what its path leads to: directories, FIFOs, devices, links and huge files are answers,
 * not errors, and none of them makes the reader wait or allocate. The opened file is judged, not its name, and never
 * more is read than its size at that moment, even when it grows meanwhile.
 *
 * @throws AgentBrainError FILE_UNREADABLE when a file is there but the system refuses to read it
 */
export async function readBoundedBytes(file: string, options: ReadOptions = {}): Promise<BoundedBytes> {
  let handle: FileHandle;
  try {
    handle = await fs.open(file, flagsFor(options));
  } catch (error) {
    return afterFailedOpen(error, file);
  }
  try {
    const stats = await handle.stat();
    const reason = refusalOf(stats, options);
    if (reason !== undefined) return { state: 'refused', reason };
    // Not `readFile`: it reads to the end, and the file may be growing.
    const buffer = Buffer.allocUnsafe(wantedBytes(stats, options));
    let filled = 0;
    while (filled < buffer.length) {
      const { bytesRead } = await handle.read(buffer, filled, buffer.length - filled, filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return { state: 'ok', bytes: buffer.subarray(0, filled), stats };
  } catch (error) {
    throw asReadError(error, file);
  } finally {
    await handle.close();
  }
}

/**
 * As {@link readBoundedBytes}, for threads that may wait for a disk.
 *
 * @throws AgentBrainError FILE_UNREADABLE
 */
export function readBoundedBytesSync(file: string, options: ReadOptions = {}): BoundedBytes {
  let descriptor: number;
  try {
    descriptor = openSync(file, flagsFor(options));
  } catch (error) {
    return afterFailedOpen(error, file);
  }
  try {
    const stats = fstatSync(descriptor);
    const reason = refusalOf(stats, options);
    if (reason !== undefined) return { state: 'refused', reason };
    const buffer = Buffer.allocUnsafe(wantedBytes(stats, options));
    let filled = 0;
    while (filled < buffer.length) {
      const bytesRead = readSync(descriptor, buffer, filled, buffer.length - filled, filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return { state: 'ok', bytes: buffer.subarray(0, filled), stats };
  } catch (error) {
    throw asReadError(error, file);
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Opens a file for a reader that does not read all of it, under the same rules; `undefined` when there is none.
 *
 * @throws AgentBrainError FILE_UNREADABLE, also for what is no regular file
 */
export async function openRegular(file: string, options: Pick<ReadOptions, 'followLinks'> = {}): Promise<FileHandle | undefined> {
  let handle: FileHandle;
  try {
    handle = await fs.open(file, flagsFor(options));
  } catch (error) {
    const found = afterFailedOpen(error, file);
    if (found.state === 'missing') return undefined;
    throw refused(file, found.reason);
  }
  const reason = refusalOf(await handle.stat(), { headBytes: 0 });
  if (reason === undefined) return handle;
  await handle.close();
  throw refused(file, reason);
}

const refused = (file: string, reason: string): AgentBrainError =>
  new AgentBrainError('FILE_UNREADABLE', `Cannot read ${file} — ${reason}`, { data: { file } });

function afterFailedOpen(error: unknown, file: string): Missing | Refused {
  const code = systemCode(error);
  if (code === 'ENOENT' || code === 'ENOTDIR') return { state: 'missing' };
  if (code === 'ELOOP') return { state: 'refused', reason: 'it is a symbolic link' };
  if (code === 'ENXIO' || code === 'ENODEV') return { state: 'refused', reason: 'it is not a regular file' };
  throw asReadError(error, file);
}

const wantedBytes = ({ size }: Stats, { headBytes = size }: ReadOptions): number => Math.min(size, headBytes);

function refusalOf(stats: Stats, { maxBytes = DEFAULT_MAX_BYTES, headBytes }: ReadOptions): string | undefined {
  if (!stats.isFile()) return stats.isDirectory() ? 'it is a directory' : 'it is not a regular file';
  return headBytes === undefined && stats.size > maxBytes ? `it has ${stats.size} bytes, more than ${maxBytes}` : undefined;
}

/**
 * As {@link readBoundedBytes}, for a small UTF-8 file.
 *
 * @throws AgentBrainError FILE_UNREADABLE when a file is there but the system refuses to read it
 */
export async function readBounded(file: string, options: ReadOptions = {}): Promise<BoundedText> {
  return asText(await readBoundedBytes(file, options), options);
}

/**
 * As {@link readBounded}, for threads that may wait for a disk.
 *
 * @throws AgentBrainError FILE_UNREADABLE
 */
export const readBoundedSync = (file: string, options: ReadOptions = {}): BoundedText =>
  asText(readBoundedBytesSync(file, options), options);

function asText(read: BoundedBytes, { keepMark = false }: ReadOptions): BoundedText {
  if (read.state !== 'ok') return read;
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: keepMark }).decode(read.bytes);
    return { state: 'ok', text, stats: read.stats };
  } catch {
    return { state: 'refused', reason: 'it is not UTF-8 text' };
  }
}

/**
 * The text of a small UTF-8 file, without a byte order mark; `undefined` when there is none.
 *
 * @throws AgentBrainError FILE_UNREADABLE, also for what is no regular file, too large, or not UTF-8
 */
export async function readText(file: string, options: ReadOptions = {}): Promise<string | undefined> {
  const read = await readBounded(file, options);
  if (read.state === 'missing') return undefined;
  if (read.state === 'refused') throw refused(file, read.reason);
  return read.text;
}
