import { constants } from 'node:fs';
import path from 'node:path';
import { AgentBrainError } from '@agent-brain/contract/errors';
import { asWriteError, writeAtomically } from '@agent-brain/runtime/files';
import type { JournalFile, JournalFileSystem } from './journal-file-system.ts';

// O_NONBLOCK: a FIFO that has taken the file's place must not make us wait.
const appendOnly = constants.O_WRONLY | constants.O_APPEND | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/** Ten thousand jobs take some 10 MB, and a journal of four times what is live is compacted. */
const MAX_JOURNAL_BYTES = 64 * 1024 * 1024;

/**
 * A file of lines that only grows, until it is written anew as a whole. One caller, one call at a time.
 * Whatever fails, the lines that stood before stand after: a torn append is cut off again, and where
 * even that fails the next line begins on a line of its own.
 */
export class Journal {
  readonly #file: string;
  readonly #fs: JournalFileSystem;
  #handle: JournalFile | undefined;
  #exists = false;
  /** The last byte of the file is not a line feed that we know of. */
  #isTorn = false;
  #sizeBytes = 0;

  constructor(file: string, fs: JournalFileSystem) {
    this.#file = file;
    this.#fs = fs;
  }

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  /**
   * All of it; empty when there is none. What stands in its place and is no file of ours (a link, a FIFO, gigabytes) is
   * `refused` with the reason; it is replaced with the next line, unless it is moved out of the way first.
   * @throws FILE_UNREADABLE
   */
  async read(): Promise<{ readonly bytes: Buffer; readonly refused?: string }> {
    const read = await this.#fs.readBytes(this.#file, { maxBytes: MAX_JOURNAL_BYTES });
    if (read.state !== 'ok') return { bytes: Buffer.alloc(0), ...(read.state === 'refused' ? { refused: read.reason } : {}) };
    const { bytes } = read;
    this.#exists = true;
    this.#sizeBytes = bytes.length;
    this.#isTorn = bytes.length > 0 && bytes.at(-1) !== LINE_FEED;
    return { bytes };
  }

  /** Moves the file, or what stands in its place, to another name of its directory; the next line begins a new one. */
  async moveAside(name: string): Promise<void> {
    await this.close();
    await this.#fs.rename(this.#file, path.join(path.dirname(this.#file), name));
    this.#exists = false;
    this.#isTorn = false;
    this.#sizeBytes = 0;
  }

  /**
   * @param text whole lines, each with its line feed
   * @param sync whether they must outlive a power cut
   * @throws DISK_FULL, STATE_DIR_NOT_WRITABLE, FILE_UNWRITABLE
   */
  async append(text: string, { sync }: { sync: boolean }): Promise<void> {
    if (!this.#exists) return this.replace(text);
    try {
      const handle = (this.#handle ??= await this.#fs.open(this.#file, appendOnly));
      await this.#appendTo(handle, Buffer.from(this.#isTorn ? `\n${text}` : text), sync);
      this.#isTorn = false;
    } catch (error) {
      throw asWriteError(error, `append to ${this.#file}`, this.#file);
    }
  }

  /** Replaces the whole file (temporary file, fsync, rename). @throws as {@link append}; then the old lines stand */
  async replace(text: string): Promise<void> {
    const bytes = Buffer.from(text);
    await writeAtomically(this.#file, bytes, { fs: this.#fs });
    const old = this.#handle;
    this.#handle = undefined;
    this.#exists = true;
    this.#isTorn = false;
    this.#sizeBytes = bytes.length;
    // It belongs to the file that is gone: nothing in it can be lost any more.
    await old?.close().catch(() => {});
  }

  async close(): Promise<void> {
    const handle = this.#handle;
    this.#handle = undefined;
    await handle?.close().catch(() => {});
  }

  async #appendTo(handle: JournalFile, bytes: Buffer, sync: boolean): Promise<void> {
    const stats = await handle.stat();
    const { size } = stats;
    if (!stats.isFile() || stats.nlink === 0)
      throw new AgentBrainError('FILE_UNWRITABLE', `Cannot append to ${this.#file} — it was removed or replaced`);
    try {
      await handle.writeFile(bytes);
      if (sync) await handle.sync();
      this.#sizeBytes = size + bytes.length;
    } catch (error) {
      await handle.truncate(size).catch(() => void (this.#isTorn = true));
      throw error;
    }
  }
}

const LINE_FEED = 0x0a;
