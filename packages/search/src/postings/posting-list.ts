import { ByteReader, ByteWriter, DamagedBytes } from '../bytes/index.ts';
import { blockSize } from './packed-integers.ts';
import { readBlockDocuments, readBlockFrequencies, writePostingBlock } from './posting-block.ts';
import type { PostingBuffer } from './posting-buffer.ts';
import { readPostingCodes, writePostingCodes } from './posting-codes.ts';
import type { Payload } from './sealed-row.ts';

/** A list of fewer postings is a run of codes: the headers of a block would cost more than they save. */
const SHORT_LIST = 16;

const blockBytes = new ByteWriter();

/**
 * Three forms by the number of postings, which stands outside: fewer than 16 as codes; up to 128 as one
 * block; more as a table with one line per block, then the blocks. A line has the distance to the block's
 * last document, its bytes, and what bounds its scores under any weights: the largest frequency of each field
 * and the smallest length.
 * @param lengths tokens of each document of the segment
 */
export function writePostingList(writer: ByteWriter, postings: PostingBuffer, start: number, end: number, lengths: Uint32Array): void {
  const count = end - start;
  if (count < SHORT_LIST) writePostingCodes(writer, postings, start, end);
  else if (count <= blockSize) writePostingBlock(writer, postings, start, end, -1);
  else writeBlocks(writer, postings, start, end, lengths);
}

function writeBlocks(writer: ByteWriter, postings: PostingBuffer, first: number, limit: number, lengths: Uint32Array): void {
  for (const column of [postings.body, postings.path, postings.symbol]) {
    let matches = 0;
    for (let index = first; index < limit; index++) if (column[index] !== 0) matches += 1;
    writer.varint(matches);
  }
  blockBytes.clear();
  let previous = -1;
  for (let start = first; start < limit; start += blockSize) {
    const end = Math.min(limit, start + blockSize);
    const last = postings.documents[end - 1] as number;
    const before = blockBytes.length;
    writePostingBlock(blockBytes, postings, start, end, previous);
    writer.varint(last - previous);
    writer.varint(blockBytes.length - before);
    for (const column of [postings.body, postings.path, postings.symbol]) writer.varint(largest(column, start, end));
    let shortest = Infinity;
    for (let index = start; index < end; index++) {
      shortest = Math.min(shortest, lengths[postings.documents[index] as number] as number);
    }
    writer.varint(shortest);
    previous = last;
  }
  writer.append(blockBytes.view());
}

function largest(column: Int32Array, start: number, end: number): number {
  let most = 0;
  for (let index = start; index < end; index++) most = Math.max(most, column[index] as number);
  return most;
}

/** What can be said of the blocks of a list without reading them, one entry per block. */
export interface BlockTable {
  lastDocument: Int32Array;
  offset: Int32Array;
  maxBody: Int32Array;
  maxPath: Int32Array;
  maxSymbol: Int32Array;
  minLength: Int32Array;
}

/** Postings that have the term in this field. */
export interface FieldMatches {
  body: number;
  path: number;
  symbol: number;
}

/** A stored list of postings, to be read block by block; has a table when there is more than one block. */
export class PostingList {
  readonly count: number;
  readonly documentCount: number;
  readonly blocks: number;
  readonly table: BlockTable | null = null;
  readonly matches: FieldMatches | null = null;
  readonly #payload: Payload;
  readonly #view: DataView;

  /** @throws DamagedBytes */
  constructor(payload: Payload, count: number, documentCount: number) {
    const { bytes, start, end } = payload;
    if (count < 1 || count > documentCount) throw new DamagedBytes(`${count} postings in a segment of ${documentCount} documents`);
    this.count = count;
    this.documentCount = documentCount;
    this.#payload = payload;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.blocks = Math.ceil(count / blockSize);
    if (this.blocks === 1) return;
    const reader = new ByteReader(bytes, start, end);
    const matchesIn = () => reader.count(count, 'postings of a field');
    this.matches = { body: matchesIn(), path: matchesIn(), symbol: matchesIn() };
    // A line of the table takes six bytes at least: nothing is made larger than what is there.
    reader.need(this.blocks * 6);
    this.table = readTable(reader, this.blocks, documentCount);
  }

  /** Of its bytes and its table. */
  get memoryBytes(): number {
    return this.#payload.end - this.#payload.start + (this.table === null ? 0 : this.blocks * 6 * Int32Array.BYTES_PER_ELEMENT);
  }

  /**
   * All postings of a block, to index 0 on; `into` has room for a block.
   * @returns whether it is certain that none has a frequency in the path or in the symbol
   * @throws DamagedBytes
   */
  readBlock(block: number, into: PostingBuffer): boolean {
    const { bytes, start, end } = this.#payload;
    if (this.count < SHORT_LIST) {
      readPostingCodes(new ByteReader(bytes, start, end), this.count, this.documentCount, into);
      return false;
    }
    const count = block === this.blocks - 1 ? this.count - block * blockSize : blockSize;
    const { table, documentCount } = this;
    const offset = table === null ? start : (table.offset[block] as number);
    const limit = table === null || block === this.blocks - 1 ? end : (table.offset[block + 1] as number);
    const previous = table === null || block === 0 ? -1 : (table.lastDocument[block - 1] as number);
    const reader = new ByteReader(bytes, offset, limit);
    const isMixed = readBlockDocuments(reader, this.#view, { previous, count, documentCount }, into.documents);
    if (table !== null && into.documents[count - 1] !== table.lastDocument[block]) {
      throw new DamagedBytes('a block ends with another document than its table says');
    }
    readBlockFrequencies(reader, this.#view, isMixed, count, into);
    into.length = count;
    return !isMixed;
  }
}

function readTable(reader: ByteReader, blocks: number, documentCount: number): BlockTable {
  const column = () => new Int32Array(blocks);
  const table: BlockTable = {
    lastDocument: new Int32Array(blocks),
    offset: column(),
    maxBody: column(),
    maxPath: column(),
    maxSymbol: column(),
    minLength: column(),
  };
  let last = -1;
  let offset = 0;
  for (let block = 0; block < blocks; block++) {
    const distance = reader.varint();
    last += distance;
    if (distance === 0 || last >= documentCount) throw new DamagedBytes(`a block up to document ${last} of ${documentCount}`);
    table.lastDocument[block] = last;
    table.offset[block] = offset;
    offset += reader.varint();
    table.maxBody[block] = reader.varint();
    table.maxPath[block] = reader.varint();
    table.maxSymbol[block] = reader.varint();
    table.minLength[block] = reader.varint();
  }
  if (offset !== reader.left) throw new DamagedBytes(`blocks of ${offset} bytes together in ${reader.left} bytes`);
  for (let block = 0; block < blocks; block++) table.offset[block] = (table.offset[block] as number) + reader.position;
  return table;
}
