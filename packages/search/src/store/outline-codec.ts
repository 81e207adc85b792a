import zlib from 'node:zlib';
import { AgentBrainError } from '@agent-brain/contract/errors';
import { ByteReader, ByteWriter } from '../bytes/index.ts';
import type { ChunkIndexed } from './index-store.ts';

/**
 * A file's chunks as one value (docs/index-format.md, "Outlines"): what ranking and presenting need of
 * them beside the text. One row per file instead of one per chunk costs a tenth of the time to write.
 */
const outlineFormat = 1;
const kinds = ['code', 'doc', 'definition'] as const;
const CHECKSUM_BYTES = 4;
const MOST_CHUNKS = 1 << 24;
const MOST_DEFINITIONS = 1 << 16;

const decoder = new TextDecoder();
const writer = new ByteWriter(4_096);

/** @param chunks of one file, in their order */
export function encodeOutline(chunks: readonly ChunkIndexed[]): Uint8Array<ArrayBuffer> {
  writer.clear();
  writer.byte(outlineFormat);
  writer.varint(chunks.length);
  let before = { endOffset: 0, endLine: 1, symbol: '' };
  for (const chunk of chunks) {
    const kind = kinds.indexOf(chunk.kind as (typeof kinds)[number]);
    const isSameSymbol = chunk.symbol === before.symbol;
    writer.byte((kind === -1 ? kinds.length : kind) | (isSameSymbol ? 0x10 : 0));
    if (kind === -1) writer.text(chunk.kind);
    const id = Buffer.from(chunk.chunkId, 'hex');
    writer.varint(id.length);
    writer.append(id);
    writeSigned(chunk.startOffset - before.endOffset);
    writer.varint(chunk.endOffset - chunk.startOffset);
    writeSigned(chunk.startLine - before.endLine);
    writer.varint(chunk.endLine - chunk.startLine);
    if (!isSameSymbol) writer.text(chunk.symbol);
    writer.varint(chunk.definitions.length);
    for (const name of chunk.definitions) writer.text(name);
    before = chunk;
  }
  writer.word(zlib.crc32(writer.view()));
  return writer.copy();
}

/** @throws INDEX_CORRUPT for anything that `encodeOutline` has not written */
export const decodeOutline = (bytes: Uint8Array): ChunkIndexed[] => reading(() => readOutline(bytes));

/**
 * Names that the chunks at `ordinals` define; passes over everything else, which takes a tenth of the time.
 * @param ordinals ascending
 * @returns in their order; nothing for an ordinal that the outline does not have
 * @throws INDEX_CORRUPT as {@link decodeOutline}, where it comes by what is damaged
 */
export const decodeDefinitions = (bytes: Uint8Array, ordinals: readonly number[]): string[][] =>
  reading(() => {
    const reader = openOutline(bytes);
    const count = reader.count(MOST_CHUNKS, 'chunks');
    const found: string[][] = [];
    for (let ordinal = 0; ordinal < count && found.length < ordinals.length; ordinal++) {
      skipToDefinitions(reader);
      if (ordinal === ordinals[found.length]) found.push(readNames(reader));
      else for (let left = reader.count(MOST_DEFINITIONS, 'definitions'); left > 0; left--) reader.skip(reader.varint());
    }
    return found;
  });

function reading<Result>(read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    if (error instanceof AgentBrainError) throw error;
    throw damaged((error as Error).message, error);
  }
}

/** What stands between checksum and format on one side and the end on the other. */
function openOutline(bytes: Uint8Array): ByteReader {
  const end = bytes.length - CHECKSUM_BYTES;
  if (end < 2) throw damaged(`it has ${bytes.length} bytes`);
  if (new ByteReader(bytes, end).word() !== zlib.crc32(bytes.subarray(0, end))) throw damaged('its checksum is another');
  const reader = new ByteReader(bytes, 0, end);
  const format = reader.byte();
  if (format !== outlineFormat) throw damaged(`its format is ${format}`);
  return reader;
}

function readOutline(bytes: Uint8Array): ChunkIndexed[] {
  const reader = openOutline(bytes);
  const chunks: ChunkIndexed[] = [];
  let before = { endOffset: 0, endLine: 1, symbol: '' };
  for (let left = reader.count(MOST_CHUNKS, 'chunks'); left > 0; left--) {
    const chunk = readChunk(reader, chunks.length, before);
    chunks.push(chunk);
    before = chunk;
  }
  if (reader.left > 0) throw damaged(`${reader.left} bytes follow its last chunk`);
  return chunks;
}

function readChunk(reader: ByteReader, ordinal: number, before: Pick<ChunkIndexed, 'endOffset' | 'endLine' | 'symbol'>): ChunkIndexed {
  const flags = reader.byte();
  const kind = kinds[flags & 0x0f] ?? readText(reader);
  const idStart = reader.skip(reader.varint());
  const chunkId = hexOf(reader.bytes, idStart, reader.position);
  const startOffset = before.endOffset + readSigned(reader);
  const endOffset = startOffset + reader.varint();
  const startLine = before.endLine + readSigned(reader);
  const endLine = startLine + reader.varint();
  const symbol = (flags & 0x10) === 0 ? readText(reader) : before.symbol;
  const definitions = readNames(reader);
  return { chunkId, ordinal, startOffset, endOffset, startLine, endLine, symbol, kind, definitions };
}

function readNames(reader: ByteReader): string[] {
  const names: string[] = [];
  for (let left = reader.count(MOST_DEFINITIONS, 'definitions'); left > 0; left--) names.push(readText(reader));
  return names;
}

/** The part of a chunk that {@link readChunk} reads before its definitions. */
function skipToDefinitions(reader: ByteReader): void {
  const flags = reader.byte();
  if ((flags & 0x0f) >= kinds.length) reader.skip(reader.varint());
  reader.skip(reader.varint());
  // Where it begins and ends, in offsets and in lines.
  for (let numbers = 0; numbers < 4; numbers++) reader.varint();
  if ((flags & 0x10) === 0) reader.skip(reader.varint());
}

const hexOf = (bytes: Uint8Array, start: number, end: number): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('hex');

function readText(reader: ByteReader): string {
  const length = reader.varint();
  const start = reader.skip(length);
  return length === 0 ? '' : decoder.decode(reader.bytes.subarray(start, start + length));
}

/** 0, -1, 1, -2, … as 0, 1, 2, 3, … */
const writeSigned = (value: number): void => writer.varint(value < 0 ? -2 * value - 1 : 2 * value);

function readSigned(reader: ByteReader): number {
  const value = reader.varint();
  return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
}

const damaged = (reason: string, cause?: unknown): AgentBrainError =>
  new AgentBrainError('INDEX_CORRUPT', `The outline of a file in the index is damaged — ${reason}`, { cause });
