import { ByteWriter } from '../bytes/index.ts';
import { writeEntry, writeTerm } from './dictionary-entry.ts';
import { type DocumentTable, encodeDocumentTable } from './document-table.ts';
import type { PostingBuffer } from './posting-buffer.ts';
import { writePostingList } from './posting-list.ts';
import { sealRow } from './sealed-row.ts';
import type { SegmentRowKind, SegmentSink } from './segment-storage.ts';
import { encodeTermIndex } from './term-index.ts';

/** Two sealed blocks fit a database page of 8 kB, with what the page needs for itself. */
const BLOCK_BYTES = 4_000;
/** A longer list has a row of its own, so that looking for a term does not read it. */
const INLINE_BYTES = 512;

const noTerm = new Uint8Array(0);

export interface SegmentSummary {
  documents: number;
  terms: number;
  postings: number;
  /** Of all rows. */
  bytes: number;
}

/** Writes the rows of one segment, its terms in ascending order. The rows `documents` and `terms` come last: without them there is no segment. */
export class SegmentWriter {
  readonly #sink: SegmentSink;
  readonly #segment: number;
  readonly #documents: DocumentTable;
  readonly #block = new ByteWriter(BLOCK_BYTES * 2);
  readonly #list = new ByteWriter();
  readonly #firstTerms: Uint8Array[] = [];
  #previous: Uint8Array = noTerm;
  #longLists = 0;
  readonly #summary: SegmentSummary;

  constructor(sink: SegmentSink, segment: number, documents: DocumentTable) {
    this.#sink = sink;
    this.#segment = segment;
    this.#documents = documents;
    this.#summary = { documents: documents.count, terms: 0, postings: 0, bytes: 0 };
  }

  /** @param term kept, must not be changed; greater than the one before; @param end above start */
  add(term: Uint8Array, postings: PostingBuffer, start: number, end: number): void {
    const count = end - start;
    this.#list.clear();
    writePostingList(this.#list, postings, start, end, this.#documents.lengths);
    const list = this.#list.view();
    const isLong = list.length > INLINE_BYTES;
    // An entry takes, beside term and list, at most 8 bytes of lengths and 10 of numbers.
    if (this.#block.length + term.length + (isLong ? 0 : list.length) + 18 > BLOCK_BYTES) this.#endBlock();
    if (this.#block.length === 0) {
      this.#firstTerms.push(term);
      this.#previous = noTerm;
    }
    writeTerm(this.#block, term, this.#previous);
    this.#previous = term;
    if (isLong) {
      this.#put('postings', this.#longLists, list);
      writeEntry(this.#block, count, this.#longLists++);
    } else writeEntry(this.#block, count, list);
    this.#summary.terms += 1;
    this.#summary.postings += count;
  }

  finish(): SegmentSummary {
    this.#endBlock();
    this.#put('documents', 0, encodeDocumentTable(this.#documents));
    this.#put('terms', 0, encodeTermIndex(this.#firstTerms));
    return this.#summary;
  }

  #endBlock(): void {
    if (this.#block.length === 0) return;
    this.#put('dictionary', this.#firstTerms.length - 1, this.#block.view());
    this.#block.clear();
  }

  #put(kind: SegmentRowKind, number: number, payload: Uint8Array): void {
    const row = sealRow(kind, number, payload);
    this.#summary.bytes += row.length;
    this.#sink.write(this.#segment, kind, number, row);
  }
}
