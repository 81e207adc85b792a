import path from 'node:path';
import { readBoundedBytes } from '../files/index.ts';
import type { IndexEntry } from './index-entry.ts';
import { mergeSplitIndex, type SplitIndexLink } from './split-index.ts';

/** The index of the largest public repositories has some 60 MB. */
const MAX_INDEX_BYTES = 128 * 1024 * 1024;

/**
 * The entries of a git index file, read without git. Format: gitformat-index(5), versions 2 to 4, SHA-1 and SHA-256, also
 * a split index with its shared file beside it. Of a sparse index the directories that are not checked out are left out.
 *
 * The file is foreign: it is read bounded, and nothing in it can make this wait or throw.
 *
 * @returns `undefined` for what cannot be read here: no such file, no regular one, an unknown version, damage
 */
export async function readGitIndex(file: string): Promise<Iterable<IndexEntry> | undefined> {
  const index = await readIndexFile(file);
  if (index?.link === undefined) return index?.entries;
  const shared = await readIndexFile(path.join(path.dirname(file), `sharedindex.${index.link.sharedName}`));
  // A shared index is never split itself.
  return shared === undefined || shared.link !== undefined ? undefined : mergeSplitIndex(shared.entries, index.entries, index.link);
}

interface IndexFile {
  readonly entries: Iterable<IndexEntry>;
  readonly link: SplitIndexLink | undefined;
}

async function readIndexFile(file: string): Promise<IndexFile | undefined> {
  // A superproject that `git submodule` or a tool has set up with links keeps its index behind one.
  const read = await readBoundedBytes(file, { maxBytes: MAX_INDEX_BYTES, followLinks: true }).catch(() => undefined);
  if (read?.state !== 'ok') return undefined;
  // The file does not say how long its hashes are. Only with the right length do the entries and extensions end
  // exactly at the checksum.
  for (const hashBytes of [20, 32]) {
    const found = linkOfWhole(read.bytes, hashBytes);
    if (found !== undefined) return { entries: withoutDirectories(entriesOf(read.bytes, hashBytes)), link: found.link };
  }
  return undefined;
}

/** Mode of an entry of a sparse index that stands for all files of a directory. */
const DIRECTORY_MODE = 0o040000;

function* withoutDirectories(entries: Iterable<IndexEntry>): Generator<IndexEntry> {
  for (const entry of entries) if (entry.mode !== DIRECTORY_MODE) yield entry;
}

const HEADER_BYTES = 12;
const STAT_BYTES = 40;
const MODIFIED_OFFSET = 8;
const INO_OFFSET = 20;
const MODE_OFFSET = 24;
const EXTENDED_FLAG = 0x4000;

function* entriesOf(bytes: Buffer, hashBytes: number): Generator<IndexEntry, number | undefined> {
  const version = bytes.readUInt32BE(4);
  const count = bytes.readUInt32BE(8);
  let offset = HEADER_BYTES;
  let previous: Buffer = Buffer.alloc(0);
  for (let index = 0; index < count; index++) {
    const start = offset;
    const flagsAt = start + STAT_BYTES + hashBytes;
    if (flagsAt + 2 > bytes.length) return undefined;
    const extended = version >= 3 && (bytes.readUInt16BE(flagsAt) & EXTENDED_FLAG) !== 0;
    let nameAt = flagsAt + (extended ? 4 : 2);
    let kept = 0;
    if (version === 4) {
      const stripped = readOffset(bytes, nameAt);
      if (stripped === undefined || stripped.value > previous.length) return undefined;
      kept = previous.length - stripped.value;
      nameAt = stripped.end;
    }
    const nameEnd = bytes.indexOf(0, nameAt);
    if (nameEnd === -1) return undefined;
    const name = bytes.subarray(nameAt, nameEnd);
    previous = kept === 0 ? name : Buffer.concat([previous.subarray(0, kept), name]);
    // Versions 2 and 3 pad with one to eight NUL bytes to a multiple of eight.
    offset = version === 4 ? nameEnd + 1 : start + ((nameEnd - start + 8) & ~7);
    yield {
      path: previous,
      mode: bytes.readUInt32BE(start + MODE_OFFSET),
      modifiedS: bytes.readUInt32BE(start + MODIFIED_OFFSET),
      modifiedNs: bytes.readUInt32BE(start + MODIFIED_OFFSET + 4),
      ino: bytes.readUInt32BE(start + INO_OFFSET),
    };
  }
  return offset;
}

/** The variable width encoding of gitformat-pack(5), "OFS_DELTA". */
function readOffset(bytes: Buffer, at: number): { value: number; end: number } | undefined {
  let value = 0;
  for (let end = at; end < at + 5 && end < bytes.length; end++) {
    const byte = bytes[end] as number;
    value = end === at ? byte & 0x7f : (value + 1) * 128 + (byte & 0x7f);
    if ((byte & 0x80) === 0) return { value, end: end + 1 };
  }
  return undefined;
}

/** `undefined` when the file does not end where it should with hashes of this length. */
function linkOfWhole(bytes: Buffer, hashBytes: number): { link: SplitIndexLink | undefined } | undefined {
  if (bytes.length < HEADER_BYTES + hashBytes || bytes.toString('latin1', 0, 4) !== 'DIRC') return undefined;
  const version = bytes.readUInt32BE(4);
  if (version < 2 || version > 4) return undefined;
  const end = endOfEntries(entriesOf(bytes, hashBytes));
  return end === undefined ? undefined : linkInExtensions(bytes, end, bytes.length - hashBytes, hashBytes);
}

function endOfEntries(entries: Generator<IndexEntry, number | undefined>): number | undefined {
  for (;;) {
    const step = entries.next();
    if (step.done === true) return step.value;
  }
}

function linkInExtensions(bytes: Buffer, start: number, end: number, hashBytes: number): { link: SplitIndexLink | undefined } | undefined {
  let offset = start;
  let link: SplitIndexLink | undefined;
  while (offset + 8 <= end) {
    const size = bytes.readUInt32BE(offset + 4);
    if (bytes.toString('latin1', offset, offset + 4) === 'link') {
      const data = bytes.subarray(offset + 8, Math.min(offset + 8 + size, end));
      if (data.length < hashBytes) return undefined;
      const sharedName = data.toString('hex', 0, hashBytes);
      // All zeros: it was split and is whole again.
      if (/[^0]/.test(sharedName)) link = { sharedName, bitmaps: data.subarray(hashBytes) };
    }
    offset += 8 + size;
  }
  return offset === end ? { link } : undefined;
}
