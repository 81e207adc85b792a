import { type ByteReader, type ByteWriter, DamagedBytes } from '../bytes/index.ts';
import { blockSize, packIntegers, unpackIntegers } from './packed-integers.ts';
import type { PostingBuffer } from './posting-buffer.ts';

const scratch = new Int32Array(blockSize);

/**
 * One block: distances of the documents, then frequencies. A block in which no posting has a path or a
 * symbol (the flag is not set) holds frequencies in the body less one, any other all three columns.
 * @param previous document before the block, -1 for none
 */
export function writePostingBlock(writer: ByteWriter, postings: PostingBuffer, start: number, end: number, previous: number): void {
  const count = end - start;
  let isMixed = false;
  let before = previous;
  for (let index = 0; index < count; index++) {
    const place = start + index;
    const document = postings.documents[place] as number;
    scratch[index] = document - before - 1;
    before = document;
    isMixed ||= postings.body[place] === 0 || postings.path[place] !== 0 || postings.symbol[place] !== 0;
  }
  packIntegers(writer, scratch, count, isMixed);
  if (isMixed) {
    for (const column of [postings.body, postings.path, postings.symbol]) packIntegers(writer, column.subarray(start, end), count);
    return;
  }
  for (let index = 0; index < count; index++) scratch[index] = (postings.body[start + index] as number) - 1;
  packIntegers(writer, scratch, count);
}

/**
 * Reads the documents of a block to index 0 on; the frequencies stand behind them.
 * @returns whether the block is mixed, for {@link readBlockFrequencies}
 */
export function readBlockDocuments(
  reader: ByteReader,
  view: DataView,
  { previous, count, documentCount }: { previous: number; count: number; documentCount: number },
  documents: Int32Array,
): boolean {
  const isMixed = unpackIntegers(reader, view, documents, count);
  let document = previous;
  let signs = 0;
  for (let index = 0; index < count; index++) {
    const distance = documents[index] as number;
    signs |= distance;
    document += distance + 1;
    documents[index] = document;
  }
  if (signs < 0) throw new DamagedBytes('postings that are not in order');
  if (document >= documentCount) throw new DamagedBytes(`a posting of document ${document} of ${documentCount}`);
  return isMixed;
}

/** Columns of a block's frequencies. */
export type BlockFrequencies = Pick<PostingBuffer, 'body' | 'path' | 'symbol'>;

export function readBlockFrequencies(reader: ByteReader, view: DataView, isMixed: boolean, count: number, into: BlockFrequencies): void {
  unpackIntegers(reader, view, into.body, count);
  if (isMixed) {
    unpackIntegers(reader, view, into.path, count);
    unpackIntegers(reader, view, into.symbol, count);
    return;
  }
  for (let index = 0; index < count; index++) into.body[index] = (into.body[index] as number) + 1;
  into.path.fill(0, 0, count);
  into.symbol.fill(0, 0, count);
}
