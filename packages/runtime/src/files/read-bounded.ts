import { constants, type Stats } from 'node:fs';
import fs, { type FileHandle } from 'node:fs/promises';
import { AgentBrainError } from '@agent-brain/contract/errors';
import { asReadError, systemCode } from './file-errors.ts';

export interface ReadOptions {
  /** Larger files are refused. Default 1 MiB. */
  maxBytes?: number;
  /** Whether a symbolic link at `file` is followed. Default false: what we wrote ourselves is never a link. */
  followLinks?: boolean;
  /** Whether a byte order mark stays in the text, for a file that is written again. Default false. */
  keepMark?: boolean;
}

/** What stands at a path: text, nothing, or something that is no text file of an acceptable size. */
export type BoundedText = { state: 'ok'; text: string; stats: Stats } | { state: 'missing' } | { state: 'refused'; reason: string };

const DEFAULT_MAX_BYTES = 1024 * 1024;

/**
 * Reads a small UTF-8 file without trusting what stands at its path: directories, FIFOs, devices, links and huge
 * files are answers, not errors, and never make the reader wait.
 *
 * @throws AgentBrainError FILE_UNREADABLE when a file is there but the system refuses to read it
 */
export async function readBounded(file: string, options: ReadOptions = {}): Promise<BoundedText> {
  // O_NONBLOCK: opening a FIFO without a writer would wait for ever. Neither flag exists on Windows.
  const flags = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (options.followLinks === true ? 0 : (constants.O_NOFOLLOW ?? 0));
  let handle: FileHandle;
  try {
    handle = await fs.open(file, flags);
  } catch (error) {
    const code = systemCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return { state: 'missing' };
    if (code === 'ELOOP') return { state: 'refused', reason: 'it is a symbolic link' };
    if (code === 'ENXIO') return { state: 'refused', reason: 'it is not a regular file' };
    throw asReadError(error, file);
  }
  try {
    return await readHandle(handle, options);
  } catch (error) {
    throw asReadError(error, file);
  } finally {
    await handle.close();
  }
}

async function readHandle(handle: FileHandle, { maxBytes = DEFAULT_MAX_BYTES, keepMark = false }: ReadOptions): Promise<BoundedText> {
  const stats = await handle.stat();
  if (!stats.isFile()) return { state: 'refused', reason: stats.isDirectory() ? 'it is a directory' : 'it is not a regular file' };
  if (stats.size > maxBytes) return { state: 'refused', reason: `it has ${stats.size} bytes, more than ${maxBytes}` };
  // Not `readFile`: it reads to the end, and the file may be growing.
  const buffer = Buffer.allocUnsafe(stats.size);
  let filled = 0;
  while (filled < buffer.length) {
    const { bytesRead } = await handle.read(buffer, filled, buffer.length - filled, filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: keepMark }).decode(buffer.subarray(0, filled));
    return { state: 'ok', text, stats };
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
  if (read.state === 'refused') throw new AgentBrainError('FILE_UNREADABLE', `Cannot read ${file} — ${read.reason}`, { data: { file } });
  return read.text;
}
