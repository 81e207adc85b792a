import { findEntry, readEntry, type TermEntry, TermReader } from './dictionary-entry.ts';
import { decodeDocumentTable, type DocumentTable } from './document-table.ts';
import { PostingList } from './posting-list.ts';
import type { RowCache } from './row-cache.ts';
import { openRow, type Payload } from './sealed-row.ts';
import type { SegmentRowKind, SegmentStorage } from './segment-storage.ts';
import { compareTerms } from './term-bytes.ts';
import { TermIndex } from './term-index.ts';

/** Rows of one kind in one segment, for the keys of the cache. */
const ROWS_MAX = 2 ** 24;
/** What a cached object costs beside its bytes, about. */
const OBJECT_BYTES = 200;

/** A term of the dictionary. */
export interface StoredTerm {
  term: Uint8Array;
  /** Documents with the term, deleted ones included. */
  count: number;
  /** @throws DamagedBytes */
  list(): PostingList;
}

/** A stored segment: immutable, read row by row as it is needed. Documents are numbered from 0 by ascending chunk row. */
export class Segment {
  readonly id: number;
  readonly documents: DocumentTable;
  /** Tokens of all documents. */
  readonly totalLength: number;
  readonly #storage: SegmentStorage;
  readonly #cache: RowCache;
  readonly #terms: TermIndex;

  private constructor(id: number, storage: SegmentStorage, cache: RowCache) {
    this.id = id;
    this.#storage = storage;
    this.#cache = cache;
    this.#terms = TermIndex.read(openRow('terms', 0, storage.read(id, 'terms', 0)));
    this.documents = decodeDocumentTable(openRow('documents', 0, storage.read(id, 'documents', 0)));
    let totalLength = 0;
    for (let document = 0; document < this.documents.count; document++) totalLength += this.documents.lengths[document] as number;
    this.totalLength = totalLength;
  }

  /**
   * @param id from 0 to 2^27; never used for another segment, as rows are cached by it
   * @throws DamagedBytes
   */
  static open(storage: SegmentStorage, id: number, cache: RowCache): Segment {
    return new Segment(id, storage, cache);
  }

  /** Number of the document with this chunk row, -1 when there is none. */
  documentOfRow(row: number): number {
    const { count, rows } = this.documents;
    let low = 0;
    let high = count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((rows[middle] as number) < row) low = middle + 1;
      else high = middle;
    }
    return low < count && rows[low] === row ? low : -1;
  }

  /** @throws DamagedBytes */
  list(term: Uint8Array): PostingList | null {
    const number = this.#terms.blockOf(term);
    if (number < 0) return null;
    const block = this.#block(number);
    const entry = findEntry(block, term);
    return entry === null ? null : this.#listOf(block, entry);
  }

  /**
   * All terms in order, beginning with the first that is not before `from`. Their lists are read when they are asked
   * for. Passes by the cache, which is for what queries ask for. @throws DamagedBytes
   */
  *terms(from: Uint8Array = new Uint8Array(0)): Generator<StoredTerm> {
    for (let number = Math.max(0, this.#terms.blockOf(from)); number < this.#terms.blocks; number++) {
      const block = this.#row('dictionary', number);
      const terms = new TermReader(block);
      while (terms.reader.left > 0) {
        terms.readTerm();
        const term = terms.term();
        const entry = readEntry(terms.reader);
        if (compareTerms(term, from) >= 0) yield { term, count: entry.count, list: () => this.#readList(block, entry) };
      }
    }
  }

  #listOf(block: Payload, entry: TermEntry): PostingList {
    if (entry.row === null || entry.row >= ROWS_MAX) return this.#readList(block, entry);
    const key = this.#key(1, entry.row);
    const cached = this.#cache.get(key) as PostingList | undefined;
    if (cached !== undefined) return cached;
    const list = this.#readList(block, entry);
    this.#cache.set(key, list, list.memoryBytes + OBJECT_BYTES);
    return list;
  }

  #readList(block: Payload, { count, row, start, end }: TermEntry): PostingList {
    const payload = row === null ? { bytes: block.bytes, start, end } : this.#row('postings', row);
    return new PostingList(payload, count, this.documents.count);
  }

  #block(number: number): Payload {
    const key = this.#key(0, number);
    const cached = this.#cache.get(key) as Payload | undefined;
    if (cached !== undefined) return cached;
    const block = this.#row('dictionary', number);
    this.#cache.set(key, block, block.bytes.length + OBJECT_BYTES);
    return block;
  }

  #row(kind: SegmentRowKind, number: number): Payload {
    return openRow(kind, number, this.#storage.read(this.id, kind, number));
  }

  #key(kind: 0 | 1, number: number): number {
    return (this.id * 2 + kind) * ROWS_MAX + number;
  }
}
