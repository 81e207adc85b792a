import fs from 'node:fs/promises';

export interface IndexEntry {
  /** Path in the work tree, `/` between its parts. Valid only until the next entry is asked for. */
  readonly path: Buffer;
  readonly mode: number;
  /** When the file was last modified, as far as git knows: seconds, and the rest in nanoseconds (0: not recorded). */
  readonly modifiedS: number;
  readonly modifiedNs: number;
  /** Low 32 bits of the inode (0: not recorded). */
  readonly ino: number;
}

/** Mode of an entry that stands for a submodule. */
export const GITLINK_MODE = 0o160000;

/** The index of the largest public repositories has some 60 MB. */
const MAX_INDEX_BYTES = 256 * 1024 * 1024;

/**
 * The entries of a git index file, read without git. Format: gitformat-index(5), versions 2 to 4, SHA-1 and SHA-256.
 *
 * @returns `undefined` for what cannot be read here: no such file, a split index, an unknown version, damage
 */
export async function readGitIndex(file: string): Promise<Iterable<IndexEntry> | undefined> {
  const bytes = await readIndexFile(file);
  if (bytes === undefined) return undefined;
  // The file does not say how long its hashes are. Only with the right length do the entries and extensions end
  // exactly at the checksum.
  for (const hashBytes of [20, 32]) {
    if (isWhole(bytes, hashBytes)) return entriesOf(bytes, hashBytes);
  }
  return undefined;
}

async function readIndexFile(file: string): Promise<Buffer | undefined> {
  try {
    const { size } = await fs.stat(file);
    if (size > MAX_INDEX_BYTES) return undefined;
    return await fs.readFile(file);
  } catch {
    return undefined;
  }
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

function isWhole(bytes: Buffer, hashBytes: number): boolean {
  if (bytes.length < HEADER_BYTES + hashBytes || bytes.toString('latin1', 0, 4) !== 'DIRC') return false;
  const version = bytes.readUInt32BE(4);
  if (version < 2 || version > 4) return false;
  const end = endOfEntries(entriesOf(bytes, hashBytes));
  return end !== undefined && extensionsAreWhole(bytes, end, bytes.length - hashBytes);
}

function endOfEntries(entries: Generator<IndexEntry, number | undefined>): number | undefined {
  for (;;) {
    const step = entries.next();
    if (step.done === true) return step.value;
  }
}

function extensionsAreWhole(bytes: Buffer, start: number, end: number): boolean {
  let offset = start;
  while (offset + 8 <= end) {
    // "link": the entries lie in a second file that this one only amends.
    if (bytes.toString('latin1', offset, offset + 4) === 'link') return false;
    offset += 8 + bytes.readUInt32BE(offset + 4);
  }
  return offset === end;
}
