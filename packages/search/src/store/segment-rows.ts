import type { SegmentRowKind, SegmentSink, SegmentStorage } from '../postings/index.ts';
import type { Statements } from './statements.ts';

/**
 * One table for the rows of all segments, keyed by one integer: segment · 2^24 + kind · 2^22 + number.
 * A rowid table, because a table WITHOUT ROWID keeps only small rows together on its pages.
 */
const NUMBER_LIMIT = 2 ** 22;
const SEGMENT_SPAN = 2 ** 24;
const kindCodes: Readonly<Record<SegmentRowKind, number>> = { documents: 0, terms: 1, dictionary: 2, postings: 3 };

const keyOf = (segment: number, kind: SegmentRowKind, number: number): number =>
  segment * SEGMENT_SPAN + kindCodes[kind] * NUMBER_LIMIT + number;

/** Reads and writes inside the transaction its owner has begun. */
export class SegmentRows implements SegmentStorage, SegmentSink {
  readonly #statements: Statements;

  constructor(statements: Statements) {
    this.#statements = statements;
  }

  read(segment: number, kind: SegmentRowKind, number: number): Uint8Array | undefined {
    if (number < 0 || number >= NUMBER_LIMIT) return undefined;
    return this.#statements.get('SELECT data FROM segment_rows WHERE id = ?').get(keyOf(segment, kind, number))?.['data'] as
      | Uint8Array
      | undefined;
  }

  write(segment: number, kind: SegmentRowKind, number: number, bytes: Uint8Array): void {
    if (number >= NUMBER_LIMIT) throw new RangeError(`a segment with ${number} rows of ${kind}`);
    this.#statements.get('INSERT INTO segment_rows(id, data) VALUES (?, ?)').run(keyOf(segment, kind, number), bytes);
  }

  remove(segment: number): void {
    const first = segment * SEGMENT_SPAN;
    this.#statements.get('DELETE FROM segment_rows WHERE id >= ? AND id < ?').run(first, first + SEGMENT_SPAN);
  }

  /** Rows of a merge that did not come to its end. */
  removeExcept(listed: ReadonlySet<number>): void {
    for (const segment of this.#segments()) if (!listed.has(segment)) this.remove(segment);
  }

  /** Segments that have rows; jumps from one to the next. */
  *#segments(): Generator<number> {
    const next = this.#statements.get('SELECT min(id) AS id FROM segment_rows WHERE id >= ?');
    for (let from = 0; ; ) {
      const id = next.get(from)?.['id'];
      if (id === null || id === undefined) return;
      const segment = Math.floor(Number(id) / SEGMENT_SPAN);
      yield segment;
      from = (segment + 1) * SEGMENT_SPAN;
    }
  }
}
