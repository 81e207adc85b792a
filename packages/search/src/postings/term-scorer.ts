import type { Bm25 } from './bm25.ts';
import type { FieldWeights } from './fields.ts';
import { blockSize } from './packed-integers.ts';
import { PostingBuffer } from './posting-buffer.ts';
import type { PostingList } from './posting-list.ts';

/** What all terms of a query are scored by. */
export interface Scoring {
  bm25: Bm25;
  weights: FieldWeights;
  /** Of the segment's documents. */
  lengths: Uint32Array;
}

/** Larger than any document. */
const noDocument = 2 ** 31;

/** Goes through one term's list in one segment, forward only, with the scores of the block it is in and bounds for those ahead. */
export class TermScorer {
  /** No document has more from this term. */
  bound = 0;
  /** The same for the window that was entered last. */
  windowBound = 0;
  #list: PostingList;
  readonly #idf: number;
  readonly #scoring: Scoring;
  readonly #bounds: Float64Array;
  readonly #postings = new PostingBuffer(blockSize);
  readonly #scores = new Float64Array(blockSize);
  /** First block that may hold documents from where we are. */
  #block = 0;
  #blockRead = -1;
  #place = 0;

  constructor(list: PostingList, idf: number, scoring: Scoring) {
    this.#list = list;
    this.#idf = idf;
    this.#scoring = scoring;
    this.#bounds = new Float64Array(list.blocks);
    if (list.table === null) {
      this.#read(0);
      for (let index = 0; index < this.#postings.length; index++) this.bound = Math.max(this.bound, this.#scores[index] as number);
      this.#bounds[0] = this.bound;
      return;
    }
    const { maxBody, maxPath, maxSymbol, minLength } = list.table;
    const { bm25, weights } = scoring;
    for (let block = 0; block < list.blocks; block++) {
      const frequency =
        weights.body * (maxBody[block] as number) +
        weights.path * (maxPath[block] as number) +
        weights.symbol * (maxSymbol[block] as number);
      const bound = frequency === 0 ? 0 : bm25.bound(idf, frequency, minLength[block] as number);
      this.#bounds[block] = bound;
      if (bound > this.bound) this.bound = bound;
    }
  }

  /** No posting from `document` on is before the given one; larger than any document at the end. Reads nothing. */
  nextFrom(document: number): number {
    this.#advanceTo(document);
    if (this.#block >= this.#list.blocks) return noDocument;
    if (this.#blockRead === this.#block) {
      this.#placeAt(document);
      return this.#postings.documents[this.#place] as number;
    }
    const before = this.#block === 0 ? -1 : (this.#list.table?.lastDocument[this.#block - 1] as number);
    return Math.max(document, before + 1);
  }

  /** Sets {@link windowBound} for documents from `start` to before `end`. */
  enterWindow(start: number, end: number): void {
    this.#advanceTo(start);
    const { table, blocks } = this.#list;
    let bound = 0;
    for (let block = this.#block; block < blocks; block++) {
      if (table !== null && block > 0 && (table.lastDocument[block - 1] as number) >= end - 1) break;
      bound = Math.max(bound, this.#bounds[block] as number);
    }
    this.windowBound = bound;
  }

  /** Adds the scores of all documents from `start` to before `end` to `sums`, and marks them; both count from `start`. */
  addWindow(start: number, end: number, sums: Float64Array, marks: Uint32Array): void {
    this.#advanceTo(start);
    while (this.#block < this.#list.blocks) {
      if (this.#blockRead !== this.#block) {
        const before = this.#block === 0 ? -1 : (this.#list.table?.lastDocument[this.#block - 1] as number);
        if (before >= end - 1) return;
        this.#read(this.#block);
      }
      const { documents, length } = this.#postings;
      const scores = this.#scores;
      let place = this.#place;
      while (place < length && (documents[place] as number) < start) place += 1;
      for (; place < length; place++) {
        const offset = (documents[place] as number) - start;
        if (offset >= end - start) break;
        const score = scores[place] as number;
        if (score === 0) continue;
        sums[offset] = (sums[offset] as number) + score;
        marks[offset >>> 5] = (marks[offset >>> 5] as number) | (1 << (offset & 31));
      }
      this.#place = place;
      if (place < length) return;
      this.#block += 1;
    }
  }

  /** Score of one document, 0 when it does not have the term. Documents are asked for in ascending order. */
  scoreOf(document: number): number {
    this.#advanceTo(document);
    if (this.#block >= this.#list.blocks) return 0;
    if (this.#blockRead !== this.#block) this.#read(this.#block);
    this.#placeAt(document);
    return this.#postings.documents[this.#place] === document ? (this.#scores[this.#place] as number) : 0;
  }

  #advanceTo(document: number): void {
    const { table, blocks } = this.#list;
    if (table === null) {
      if (this.#block === 0 && (this.#postings.documents[this.#postings.length - 1] as number) < document) this.#block = 1;
      return;
    }
    let block = this.#block;
    while (block < blocks && (table.lastDocument[block] as number) < document) block += 1;
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
    const postings = this.#postings;
    this.#list.readBlock(block, postings);
    this.#blockRead = block;
    this.#place = 0;
    const { bm25, weights, lengths } = this.#scoring;
    const { documents, body, path, symbol, length } = postings;
    for (let index = 0; index < length; index++) {
      const frequency =
        weights.body * (body[index] as number) + weights.path * (path[index] as number) + weights.symbol * (symbol[index] as number);
      this.#scores[index] = frequency === 0 ? 0 : bm25.share(this.#idf, frequency, lengths[documents[index] as number] as number);
    }
  }
}
