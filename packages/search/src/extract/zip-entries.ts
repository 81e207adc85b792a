import { inflateRawSync } from 'node:zlib';
import { ExtractionFailed } from './extraction-failed.ts';

/** Entries of one archive that are looked at. */
const maxEntries = 20_000;
const endSignature = 0x06054b50;
const entrySignature = 0x02014b50;
const localSignature = 0x04034b50;

interface Entry {
  readonly method: number;
  readonly compressedBytes: number;
  readonly localOffset: number;
}

/** Files of a zip archive, read one at a time with a limit on what each becomes. */
export interface ZipEntries {
  /** In the order of the archive. */
  readonly names: readonly string[];
  /**
   * @param maxBytes of the file's content; what the archive says about sizes is not trusted
   * @throws ExtractionFailed when the archive is damaged or the content larger
   */
  read(name: string, maxBytes: number): Buffer | null;
}

/**
 * Reads the central directory (APPNOTE.TXT 4.3.12, 4.3.16). No zip64, no encryption: office documents
 * within the size limits have neither.
 * @throws ExtractionFailed when the bytes are no such archive
 */
export function openZip(bytes: Buffer): ZipEntries {
  const entries = new Map<string, Entry>();
  const end = findEnd(bytes);
  const count = bytes.readUInt16LE(end + 10);
  if (count > maxEntries) throw new ExtractionFailed(`the archive has ${count} entries`);
  let at = bytes.readUInt32LE(end + 16);
  for (let index = 0; index < count; index += 1) {
    if (at + 46 > bytes.length || bytes.readUInt32LE(at) !== entrySignature)
      throw new ExtractionFailed('the directory of the archive is damaged');
    const nameLength = bytes.readUInt16LE(at + 28);
    const name = bytes.toString('utf8', at + 46, at + 46 + nameLength);
    entries.set(name, {
      method: bytes.readUInt16LE(at + 10),
      compressedBytes: bytes.readUInt32LE(at + 20),
      localOffset: bytes.readUInt32LE(at + 42),
    });
    at += 46 + nameLength + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
  return {
    names: [...entries.keys()],
    read(name, maxBytes) {
      const entry = entries.get(name);
      return entry === undefined ? null : readEntry(bytes, entry, maxBytes);
    },
  };
}

/** The end record stands at the end, before a comment of at most 65,535 bytes. */
function findEnd(bytes: Buffer): number {
  const first = Math.max(0, bytes.length - 22 - 0xffff);
  for (let at = bytes.length - 22; at >= first; at -= 1) if (bytes.readUInt32LE(at) === endSignature) return at;
  throw new ExtractionFailed('the file is no zip archive');
}

function readEntry(bytes: Buffer, entry: Entry, maxBytes: number): Buffer {
  const at = entry.localOffset;
  if (at + 30 > bytes.length || bytes.readUInt32LE(at) !== localSignature) throw new ExtractionFailed('an entry of the archive is damaged');
  const start = at + 30 + bytes.readUInt16LE(at + 26) + bytes.readUInt16LE(at + 28);
  const data = bytes.subarray(start, start + entry.compressedBytes);
  if (entry.method === 0 && data.length <= maxBytes) return data;
  if (entry.method !== 8) throw new ExtractionFailed(`an entry of the archive is packed by method ${entry.method}, or too large`);
  try {
    return inflateRawSync(data, { maxOutputLength: maxBytes });
  } catch (error) {
    throw new ExtractionFailed(`an entry of the archive is damaged, or becomes larger than ${maxBytes} bytes`, { cause: error });
  }
}
