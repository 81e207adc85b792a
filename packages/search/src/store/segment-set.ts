import { DocumentSet, LiveSegment, RowCache, Segment } from '../postings/index.ts';
import type { MetaTable } from './meta-table.ts';
import type { SegmentRows } from './segment-rows.ts';
import type { Statements } from './statements.ts';
import { isDamage } from './store-error.ts';

/**
 * The segments of one generation after the other, as objects that live as long as their segment does: a commit
 * costs a reader the new segment and the changed tombstones, nothing else. The segment's number is its name for
 * ever; the count of its dead documents only rises, so that both together name one state.
 */
export class SegmentSet {
  readonly #statements: Statements;
  readonly #meta: MetaTable;
  readonly #rows: SegmentRows;
  readonly #cache: RowCache;
  #layout = -1;
  #live: readonly LiveSegment[] = [];

  /** @param cacheBytes of dictionary and postings that are kept */
  constructor(statements: Statements, meta: MetaTable, rows: SegmentRows, cacheBytes: number) {
    this.#statements = statements;
    this.#meta = meta;
    this.#rows = rows;
    this.#cache = new RowCache(cacheBytes);
  }

  /**
   * Oldest first, as of the transaction that is open. Not to be called between a change and its commit.
   * @param onDamage takes the number of each segment that cannot be read, which is left out then
   * @throws DamagedBytes without `onDamage`
   */
  current(onDamage?: (id: number, error: Error) => void): readonly LiveSegment[] {
    const layout = this.#meta.get('layout');
    if (layout === this.#layout) return this.#live;
    const known = new Map(this.#live.map((live) => [live.segment.id, live]));
    const rows = this.#statements.get('SELECT id, dead FROM segments ORDER BY first_row').all();
    let isWhole = true;
    this.#live = rows.flatMap((row) => {
      const id = Number(row['id']);
      try {
        return this.#refreshed(id, Number(row['dead']), known.get(id));
      } catch (error) {
        if (onDamage === undefined || !isDamage(error)) throw error;
        onDamage(id, error as Error);
        isWhole = false;
        return [];
      }
    });
    this.#layout = isWhole ? layout : -1;
    return this.#live;
  }

  /** The next look reads the list anew: a transaction that was rolled back may have left its number with other content. */
  forget(): void {
    this.#layout = -1;
  }

  #refreshed(id: number, dead: number, known: LiveSegment | undefined): LiveSegment {
    if (known !== undefined && (known.tombstones?.count ?? 0) === dead) return known;
    const segment = known?.segment ?? Segment.open(this.#rows, id, this.#cache);
    if (dead === 0) return new LiveSegment(segment, null);
    const bytes = this.#statements.get('SELECT tombstones FROM segments WHERE id = ?').get(id)?.['tombstones'];
    return new LiveSegment(segment, DocumentSet.from((bytes as Uint8Array | null) ?? new Uint8Array(0), segment.documents.count));
  }
}

/** The documents of a file in a segment, a run; empty when it has none there. Files rise within a segment. */
export function documentsOfFile({ documents: { files, count } }: Segment, file: number): { first: number; end: number } {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((files[middle] as number) < file) low = middle + 1;
    else high = middle;
  }
  let end = low;
  while (end < count && files[end] === file) end += 1;
  return { first: low, end };
}
