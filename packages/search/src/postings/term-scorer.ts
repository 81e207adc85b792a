import type { Scoring } from './bm25.ts';
import { blockSize } from './packed-integers.ts';
import { PostingBuffer } from './posting-buffer.ts';
import type { BlockTable, PostingList } from './posting-list.ts';

/** Larger than any document. */
const noDocument = 2 ** 30;

const noBounds = new Float64Array(0);

/**
 * Goes through one term's list in one segment, forward only, with the scores of the block it is in and bounds for those
 * ahead. Is used again for other lists: {@link begin}.
 */
export class TermScorer {
  /** No document has more from this term. */
  bound = 0;
  /** The same for the window that was entered last. */
  windowBound = 0;
  #list: PostingList | null = null;
  #lastDocuments: Int32Array | null = null;
  #blocks = 0;
  #idf = 0;
  #scoring: Scoring | null = null;
  /** By block; only of lists with a table. */
  #bounds: Float64Array = noBounds;
  readonly #postings = new PostingBuffer(blockSize);
  readonly #scores = new Float64Array(blockSize);
  /** First block that may hold documents from where we are. */
  #block = 0;
  #blockRead = -1;
  #place = 0;

  /** @throws DamagedBytes */
  begin(list: PostingList, idf: number, scoring: Scoring): void {
    this.#list = list;
    this.#lastDocuments = list.table?.lastDocument ?? null;
    this.#blocks = list.blocks;
    this.#idf = idf;
    this.#scoring = scoring;
    this.#block = 0;
    this.#blockRead = -1;
    this.bound = list.table === null ? this.#boundOfOnlyBlock() : this.#boundOfBlocks(list.table);
  }

  #boundOfOnlyBlock(): number {
    this.#read(0);
    let bound = 0;
    for (let index = 0; index < this.#postings.length; index++) bound = Math.max(bound, this.#scores[index] as number);
    return bound;
  }

  #boundOfBlocks({ maxBody, maxPath, maxSymbol, minLength }: BlockTable): number {
    const blocks = this.#blocks;
    const { bm25, weights } = this.#scoring as Scoring;
    if (this.#bounds.length < blocks) this.#bounds = new Float64Array(blocks * 2);
    let largest = 0;
    for (let block = 0; block < blocks; block++) {
      const fields = weights.path * (maxPath[block] as number) + weights.symbol * (maxSymbol[block] as number);
      const bound = bm25.bound(this.#idf, weights.body * (maxBody[block] as number) + fields, minLength[block] as number);
      this.#bounds[block] = bound;
      if (bound > largest) largest = bound;
    }
    return largest;
  }

  /** Lets go of the list. */
  end(): void {
    this.#list = null;
    this.#lastDocuments = null;
    this.#scoring = null;
  }

  /** No posting from `document` on is before the given one; larger than any document at the end. Reads nothing. */
  nextFrom(document: number): number {
    this.#advanceTo(document);
    if (this.#block >= this.#blocks) return noDocument;
    if (this.#blockRead === this.#block) {
      this.#placeAt(document);
      return this.#postings.documents[this.#place] as number;
    }
    return Math.max(document, this.#lastBefore(this.#block) + 1);
  }

  /** Sets {@link windowBound} for documents from `start` to before `end`. */
  enterWindow(start: number, end: number): void {
    this.#advanceTo(start);
    if (this.#lastDocuments === null) {
      this.windowBound = this.nextFrom(start) < end ? this.bound : 0;
      return;
    }
    let bound = 0;
    for (let block = this.#block; block < this.#blocks && this.#lastBefore(block) < end - 1; block++) {
      if ((this.#bounds[block] as number) > bound) bound = this.#bounds[block] as number;
    }
    this.windowBound = bound;
  }

  /**
   * Adds the scores of the documents from `start` to before `end` to `sums`, and marks them; both count from `start`.
   * @param needed blocks that do not have more than this are passed over
   */
  addWindow(start: number, end: number, needed: number, sums: Float64Array, marks: Int32Array): void {
    for (this.#advanceTo(start); this.#block < this.#blocks; this.#block++) {
      if (this.#blockRead !== this.#block) {
        if (this.#lastBefore(this.#block) >= end - 1) return;
        if (this.#lastDocuments !== null && (this.#bounds[this.#block] as number) <= needed) {
          if ((this.#lastDocuments[this.#block] as number) >= end) return;
          continue;
        }
        this.#read(this.#block);
      }
      this.#placeAt(start);
      if (this.#addBlock(start, end, sums, marks)) return;
    }
  }

  /** @returns whether the block goes on beyond the window */
  #addBlock(start: number, end: number, sums: Float64Array, marks: Int32Array): boolean {
    const { documents, length } = this.#postings;
    const scores = this.#scores;
    let place = this.#place;
    for (; place < length; place++) {
      const document = documents[place] as number;
      if (document >= end) break;
      const score = scores[place] as number;
      if (score === 0) continue;
      const offset = document - start;
      sums[offset] = (sums[offset] as number) + score;
      marks[offset >>> 5] = (marks[offset >>> 5] as number) | (1 << (offset & 31));
    }
    this.#place = place;
    return place < length;
  }

  /**
   * Score of one document, 0 when it does not have the term, or cannot have more than `needed` from it. Documents are asked for
   * in ascending order.
   */
  scoreOf(document: number, needed: number): number {
    this.#advanceTo(document);
    if (this.#block >= this.#blocks) return 0;
    if (this.#blockRead !== this.#block) {
      if (this.#lastDocuments !== null && (this.#bounds[this.#block] as number) <= needed) return 0;
      this.#read(this.#block);
    }
    this.#placeAt(document);
    return this.#postings.documents[this.#place] === document ? (this.#scores[this.#place] as number) : 0;
  }

  #lastBefore(block: number): number {
    return block === 0 ? -1 : ((this.#lastDocuments as Int32Array)[block - 1] as number);
  }

  #advanceTo(document: number): void {
    const last = this.#lastDocuments;
    let block = this.#block;
    if (last === null) {
      if (block === 0 && (this.#postings.documents[this.#postings.length - 1] as number) < document) this.#block = 1;
      return;
    }
    while (block < this.#blocks && (last[block] as number) < document) block += 1;
    this.#block = block;
  }

  /** The block is read, and has a posting from `document` on. */
  #placeAt(document: number): void {
    const { documents } = this.#postings;
    let place = this.#place;
    while ((documents[place] as number) < document) place += 1;
    this.#place = place;
  }

  #read(block: number): void {
    const isBodyOnly = (this.#list as PostingList).readBlock(block, this.#postings);
    const scoring = this.#scoring as Scoring;
    scoring.bm25.shares(this.#idf, this.#postings, isBodyOnly, scoring, this.#scores);
    this.#blockRead = block;
    this.#place = 0;
  }
}
