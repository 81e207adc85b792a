import { DamagedBytes } from '../bytes/index.ts';
import { blockSize } from './packed-integers.ts';
import { PostingBuffer } from './posting-buffer.ts';
import type { PostingList } from './posting-list.ts';
import type { Segment } from './segment.ts';
import { compareTerms, termText } from './term-bytes.ts';

/**
 * Reads everything a segment has: every row against its checksum, the order of terms, every posting, and whether the
 * frequencies of a document add up to its length. @throws DamagedBytes
 */
export function checkSegment(segment: Segment): void {
  const { count, lengths } = segment.documents;
  const tokens = new Float64Array(count);
  const block = new PostingBuffer(blockSize);
  let previous: Uint8Array | null = null;
  for (const stored of segment.terms()) {
    if (previous !== null && compareTerms(previous, stored.term) >= 0) {
      throw new DamagedBytes(`the term ${termText(stored.term)} stands behind ${termText(previous)}`);
    }
    previous = stored.term;
    const list = stored.list();
    for (let number = 0; number < list.blocks; number++) {
      list.readBlock(number, block);
      checkBounds(list, number, block, lengths);
      for (let index = 0; index < block.length; index++) {
        const frequency = (block.body[index] as number) + (block.path[index] as number) + (block.symbol[index] as number);
        const document = block.documents[index] as number;
        tokens[document] = (tokens[document] as number) + frequency;
      }
    }
  }
  for (let document = 0; document < count; document++) {
    if (tokens[document] === lengths[document]) continue;
    throw new DamagedBytes(`document ${document} has ${tokens[document]} tokens in its postings and ${lengths[document]} in its table`);
  }
}

function checkBounds({ table }: PostingList, number: number, block: PostingBuffer, lengths: Uint32Array): void {
  if (table === null) return;
  for (let index = 0; index < block.length; index++) {
    const isWithin =
      (block.body[index] as number) <= (table.maxBody[number] as number) &&
      (block.path[index] as number) <= (table.maxPath[number] as number) &&
      (block.symbol[index] as number) <= (table.maxSymbol[number] as number) &&
      (lengths[block.documents[index] as number] as number) >= (table.minLength[number] as number);
    if (!isWithin) throw new DamagedBytes(`a posting beyond the bounds of block ${number}`);
  }
}
