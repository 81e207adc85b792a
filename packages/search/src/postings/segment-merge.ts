import { DocumentSet } from './document-set.ts';
import type { DocumentTable } from './document-table.ts';
import type { LiveSegment } from './live-segment.ts';
import { blockSize } from './packed-integers.ts';
import { PostingBuffer } from './posting-buffer.ts';
import type { StoredTerm } from './segment.ts';
import type { SegmentSink } from './segment-storage.ts';
import { type SegmentSummary, SegmentWriter } from './segment-writer.ts';
import { compareTerms } from './term-bytes.ts';

/** Says that a document did not go into the merged segment. */
const DROPPED = -1;

/**
 * Makes one segment of several that follow one another, without what was deleted in them when the merge began. Goes
 * through the dictionaries side by side, in slices; holds one block and one list of each input, and the tables of documents.
 *
 * What is written becomes visible only when the caller lets the new segment take the place of its inputs. Until then it can be
 * dropped at any point, together with its rows: the inputs are only read.
 */
export class SegmentMerge {
  readonly #inputs: readonly MergeInput[];
  readonly #writer: SegmentWriter;
  readonly #documents: number;
  readonly #list = new PostingBuffer(blockSize);
  readonly #block = new PostingBuffer(blockSize);
  #summary: SegmentSummary | null = null;

  /** @param inputs oldest first, neighbours in the order of segments; @throws DamagedBytes */
  constructor(inputs: readonly LiveSegment[], sink: SegmentSink, segment: number) {
    const { table, numbers } = livingDocuments(inputs);
    this.#documents = table.count;
    this.#writer = new SegmentWriter(sink, segment, table);
    this.#inputs = inputs.map((live, index) => new MergeInput(live, numbers[index] as Int32Array));
  }

  /**
   * Goes on until about so many postings were read.
   * @returns the summary when all rows are written; with no documents the segment is empty and need not be kept
   * @throws DamagedBytes
   */
  step(maxPostings: number): SegmentSummary | null {
    let left = maxPostings;
    while (this.#summary === null && left > 0) {
      const next = this.#smallest();
      if (next === null) this.#summary = this.#writer.finish();
      // A term costs something itself.
      else left -= 8 + this.#mergeTerm(next);
    }
    return this.#summary;
  }

  /**
   * Deletions in the new segment: those that came to the inputs since the merge began.
   * @param now tombstones of each input as they are now
   */
  tombstones(now: readonly (DocumentSet | null)[]): DocumentSet | null {
    const late = new DocumentSet(this.#documents);
    now.forEach((set, index) => {
      const { numbers } = this.#inputs[index] as MergeInput;
      for (const document of set ?? []) if (numbers[document] !== DROPPED) late.add(numbers[document] as number);
    });
    return late.count === 0 ? null : late;
  }

  #smallest(): Uint8Array | null {
    let smallest: Uint8Array | null = null;
    for (const { head } of this.#inputs) {
      if (head !== null && (smallest === null || compareTerms(head.term, smallest) < 0)) smallest = head.term;
    }
    return smallest;
  }

  /** @returns postings read */
  #mergeTerm(term: Uint8Array): number {
    const list = this.#list;
    list.length = 0;
    let read = 0;
    for (const input of this.#inputs) {
      if (input.head === null || compareTerms(input.head.term, term) !== 0) continue;
      read += input.head.count;
      this.#append(input, input.head);
      input.advance();
    }
    if (list.length > 0) this.#writer.add(term, list, 0, list.length);
    return read;
  }

  #append({ numbers }: MergeInput, stored: StoredTerm): void {
    const list = stored.list();
    const block = this.#block;
    for (let number = 0; number < list.blocks; number++) {
      list.readBlock(number, block);
      for (let index = 0; index < block.length; index++) {
        const document = numbers[block.documents[index] as number] as number;
        if (document === DROPPED) continue;
        this.#list.push(document, block.body[index] as number, block.path[index] as number, block.symbol[index] as number);
      }
    }
  }
}

/** One of the segments that are merged. */
class MergeInput {
  /** Number of each document in the new segment, or {@link DROPPED}. */
  readonly numbers: Int32Array;
  /** The term to come next; null at the end. */
  head: StoredTerm | null = null;
  readonly #terms: Generator<StoredTerm>;

  constructor({ segment }: LiveSegment, numbers: Int32Array) {
    this.numbers = numbers;
    this.#terms = segment.terms();
    this.advance();
  }

  advance(): void {
    const next = this.#terms.next();
    this.head = next.done === true ? null : next.value;
  }
}

/** The table of the new segment, and for each input the new numbers of its documents. */
function livingDocuments(inputs: readonly LiveSegment[]): { table: DocumentTable; numbers: Int32Array[] } {
  const count = inputs.reduce((sum, input) => sum + input.documents, 0);
  const table = { count, lengths: new Uint32Array(count), rows: new Uint32Array(count), files: new Uint32Array(count) };
  let next = 0;
  const numbers = inputs.map(({ segment: { documents }, tombstones }) => {
    const numbered = new Int32Array(documents.count).fill(DROPPED);
    for (let document = 0; document < documents.count; document++) {
      if (tombstones?.has(document) === true) continue;
      table.lengths[next] = documents.lengths[document] as number;
      table.rows[next] = documents.rows[document] as number;
      table.files[next] = documents.files[document] as number;
      numbered[document] = next++;
    }
    return numbered;
  });
  return { table, numbers };
}
