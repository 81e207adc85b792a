import { buildSegment, DocumentSet, type LiveSegment, type SegmentFile } from '../postings/index.ts';
import type { MetaTable } from './meta-table.ts';
import type { SegmentRows } from './segment-rows.ts';
import { documentsOfFile } from './segment-set.ts';
import type { Statements } from './statements.ts';

/** What one transaction does to the segments: a new one for the files that came, tombstones for those that went. */
export class SegmentWriter {
  readonly #statements: Statements;
  readonly #meta: MetaTable;
  readonly #rows: SegmentRows;

  constructor(statements: Statements, meta: MetaTable, rows: SegmentRows) {
    this.#statements = statements;
    this.#meta = meta;
    this.#rows = rows;
  }

  /** @param files with at least one chunk each, by rising rows, all above those of older segments; none: no segment */
  add(files: readonly SegmentFile[]): void {
    if (files.length === 0) return;
    const id = this.#meta.add('next_segment', 1) - 1;
    const { documents } = buildSegment(this.#rows, id, files);
    this.list(id, Number(files[0]?.rows[0]), documents, null);
  }

  /** Makes a segment whose rows are written one that answers. */
  list(id: number, firstRow: number, documents: number, tombstones: DocumentSet | null): void {
    this.#statements
      .get('INSERT INTO segments(id, first_row, documents, dead, tombstones) VALUES (?, ?, ?, ?, ?)')
      .run(id, firstRow, documents, tombstones?.count ?? 0, tombstones?.bytes ?? null);
  }

  /**
   * @param before the segments as they were before the transaction
   * @returns how many documents lived until now
   */
  kill(files: readonly number[], before: readonly LiveSegment[]): number {
    const sorted = Float64Array.from(files).sort();
    let killed = 0;
    for (const { segment, tombstones } of before) {
      const { files: all, count } = segment.documents;
      let dead: DocumentSet | undefined;
      for (const file of sorted) {
        if (file < (all[0] as number) || file > (all[count - 1] as number)) continue;
        const { first, end } = documentsOfFile(segment, file);
        for (let document = first; document < end; document++) (dead ??= tombstones?.copy() ?? new DocumentSet(count)).add(document);
      }
      if (dead === undefined) continue;
      killed += dead.count - (tombstones?.count ?? 0);
      this.bury(segment.id, dead);
    }
    return killed;
  }

  /** @param dead all dead documents of the segment, which goes when none is left */
  bury(id: number, dead: DocumentSet): void {
    if (dead.count === dead.size) this.remove(id);
    else this.#statements.get('UPDATE segments SET dead = ?, tombstones = ? WHERE id = ?').run(dead.count, dead.bytes, id);
  }

  remove(id: number): void {
    this.#statements.get('DELETE FROM segments WHERE id = ?').run(id);
    this.#rows.remove(id);
  }
}
