import fs from 'node:fs';
import path from 'node:path';
import { AgentBrainError } from '@agent-brain/contract/errors';
import { readBoundedBytesSync } from '@agent-brain/runtime/files';
import { applicationId, storeFormat } from './schema.ts';

const HEADER_BYTES = 100;
const MAGIC = 'SQLite format 3\0';

export const storeFile = (dataDir: string): string => path.join(dataDir, 'index.db');
const companions = (file: string): string[] => [`${file}-wal`, `${file}-shm`, `${file}-journal`];

/** What the first 100 bytes and the size say; reads nothing else, so it is cheap enough for any thread. */
export type StoreFileState = { state: 'missing' | 'usable' } | { state: 'corrupt' | 'newer' | 'older'; reason: string };

/**
 * Looks at the file without opening the database. The header's fields are those of
 * https://www.sqlite.org/fileformat.html#the_database_header: page size at 16, size in pages at 28
 * (valid when 24 equals 92), user version at 60, application id at 68.
 */
export function inspectStoreFile(file: string): StoreFileState {
  if (hasForeignCompanion(file)) return { state: 'corrupt', reason: 'its log is no regular file' };
  const header = readHeader(file);
  if (header === 'no file') return { state: 'corrupt', reason: 'it is no regular file' };
  if (header === null || header.bytes.length === 0) return { state: 'missing' };
  if (header.bytes.length < HEADER_BYTES || header.bytes.toString('latin1', 0, 16) !== MAGIC) {
    return { state: 'corrupt', reason: 'the file is not a database' };
  }
  const format = header.bytes.readUInt32BE(60);
  if (header.bytes.readUInt32BE(68) !== applicationId) return { state: 'corrupt', reason: 'the file is the database of another program' };
  if (format > storeFormat) return { state: 'newer', reason: `its format is ${format}, this version knows ${storeFormat}` };
  if (format < storeFormat) return { state: 'older', reason: `its format is ${format}, this version writes ${storeFormat}` };
  const rawPageSize = header.bytes.readUInt16BE(16);
  const pageBytes = rawPageSize === 1 ? 65_536 : rawPageSize;
  const sizeIsValid = header.bytes.readUInt32BE(24) === header.bytes.readUInt32BE(92);
  const expected = header.bytes.readUInt32BE(28) * pageBytes;
  // A crash inside a checkpoint may leave the file shorter than its header says; the log then repairs it.
  if (sizeIsValid && header.fileBytes < expected && !hasLog(file)) {
    return { state: 'corrupt', reason: `the file has ${header.fileBytes} of ${expected} bytes` };
  }
  return { state: 'usable' };
}

/**
 * An empty file only its owner may read; SQLite gives the log and the shared memory the same mode.
 * Its directory is made again when `git clean -x` or the like took it from under a running instance.
 */
export function createStoreFile(file: string): void {
  fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  fs.closeSync(fs.openSync(file, 'a', 0o600));
}

/** Which file the path names at present; null for none. */
export function fileIdentity(file: string): string | null {
  const stat = fs.statSync(file, { throwIfNoEntry: false });
  return stat === undefined ? null : `${stat.dev}:${stat.ino}`;
}

/** Takes away a store that nobody will read again. */
export function removeStore(file: string): void {
  for (const name of [file, ...companions(file)]) fs.rmSync(name, { force: true });
}

/** @throws INDEX_NEWER, INDEX_CORRUPT */
export function assertUsable(file: string, found: StoreFileState): void {
  if (found.state === 'newer')
    throw new AgentBrainError('INDEX_NEWER', `The index ${file} was written by a newer version — ${found.reason}`);
  if (found.state === 'corrupt' || found.state === 'older')
    throw new AgentBrainError('INDEX_CORRUPT', `The index ${file} is damaged — ${found.reason}`);
}

function readHeader(file: string): { bytes: Buffer; fileBytes: number } | 'no file' | null {
  const read = readBoundedBytesSync(file, { headBytes: HEADER_BYTES });
  if (read.state === 'missing') return null;
  return read.state === 'ok' ? { bytes: read.bytes, fileBytes: read.stats.size } : 'no file';
}

/** SQLite opens what it finds beside a database by name, and would wait for a FIFO or follow a link. */
function hasForeignCompanion(file: string): boolean {
  return companions(file).some((name) => fs.lstatSync(name, { throwIfNoEntry: false })?.isFile() === false);
}

/** Whether SQLite may open it: nothing of it is a link, a FIFO or a device. */
export const isRegularStore = (file: string): boolean =>
  fs.lstatSync(file, { throwIfNoEntry: false })?.isFile() === true && !hasForeignCompanion(file);

const sizeOf = (file: string): number => fs.statSync(file, { throwIfNoEntry: false })?.size ?? 0;

/** Of the write-ahead log. */
export const logBytes = (file: string): number => sizeOf(`${file}-wal`);

/** A writer that ends in order leaves an empty log or none. */
export const hasLog = (file: string): boolean => logBytes(file) > 0;

/** Bytes of the store and its log. */
export const storeBytes = (file: string): number => sizeOf(file) + logBytes(file);

/** Also as a link that leads nowhere. */
const isThere = (file: string): boolean => fs.lstatSync(file, { throwIfNoEntry: false }) !== undefined;

/**
 * Moves a damaged store out of the way as `index.corrupt-<time>.db`, for the curious and for support;
 * only the newest two copies are kept. Its log goes with it: left behind, it would be replayed into
 * the new store.
 * @returns the new name
 */
export function setAsideStore(file: string, now: Date): string {
  const directory = path.dirname(file);
  const stamp = now.toISOString().replace(/[:.]/g, '-');
  const aside = path.join(directory, `index.corrupt-${stamp}.db`);
  if (isThere(file)) fs.renameSync(file, aside);
  for (const companion of companions(file)) {
    if (companion.endsWith('-wal') && isThere(companion)) fs.renameSync(companion, `${aside}-wal`);
    else fs.rmSync(companion, { recursive: true, force: true });
  }
  const copies = fs
    .readdirSync(directory)
    .filter((name) => /^index\.corrupt-.*\.db$/.test(name))
    .sort();
  for (const old of copies.slice(0, -2)) {
    for (const name of [old, `${old}-wal`, `${old}-shm`]) fs.rmSync(path.join(directory, name), { recursive: true, force: true });
  }
  return aside;
}
