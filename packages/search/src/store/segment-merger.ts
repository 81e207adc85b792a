import { chooseMerge, type LiveSegment, SegmentMerge, type SegmentSummary } from '../postings/index.ts';
import type { MetaTable } from './meta-table.ts';
import type { SegmentRows } from './segment-rows.ts';
import type { SegmentSet } from './segment-set.ts';
import type { SegmentWriter } from './segment-writer.ts';

interface Task {
  merge: SegmentMerge;
  inputs: readonly LiveSegment[];
  target: number;
}

/**
 * Merges segments in slices, each a transaction of its own, so that commits and readers never wait for a whole merge:
 *
 *   nothing to do ──choose──► merging ──last slice──► the new segment takes the place of its inputs
 *                                │ an input went (cleared, all its files deleted), a slice failed, the process died
 *                                └──► the rows written so far are removed; the merge may be chosen again
 *
 * Until the last slice no list names the new segment, so nobody reads it, and what is deleted meanwhile is
 * carried over as tombstones. After a crash the next writer removes the rows of an unfinished one when it opens the store.
 */
export class SegmentMerger {
  readonly #meta: MetaTable;
  readonly #rows: SegmentRows;
  readonly #set: SegmentSet;
  readonly #writer: SegmentWriter;
  #task: Task | null = null;

  constructor(meta: MetaTable, rows: SegmentRows, set: SegmentSet, writer: SegmentWriter) {
    this.#meta = meta;
    this.#rows = rows;
    this.#set = set;
    this.#writer = writer;
  }

  /** One slice, inside a transaction of its own. @returns whether there was anything to do */
  step(maxPostings: number): boolean {
    const current = new Map(this.#set.current().map((live) => [live.segment.id, live]));
    if (this.#task?.inputs.some(({ segment }) => !current.has(segment.id)) === true) this.abandon();
    this.#task ??= this.#begin([...current.values()]);
    if (this.#task === null) return false;
    const summary = this.#task.merge.step(maxPostings);
    if (summary !== null) this.#finish(this.#task, summary, current);
    return true;
  }

  /** Inside a transaction. */
  abandon(): void {
    if (this.#task !== null) this.#rows.remove(this.#task.target);
    this.#task = null;
  }

  /** The slice was rolled back: memory is ahead of the table. @returns whether rows of earlier slices are left */
  forget(): boolean {
    const hadTask = this.#task !== null;
    this.#task = null;
    return hadTask;
  }

  #begin(current: readonly LiveSegment[]): Task | null {
    const choice = chooseMerge(
      current.map(({ segment, documents }) => ({ documents: segment.documents.count, dead: segment.documents.count - documents })),
    );
    if (choice === null) return null;
    const inputs = current.slice(choice.first, choice.first + choice.count);
    const target = this.#meta.add('next_segment', 1) - 1;
    return { merge: new SegmentMerge(inputs, this.#rows, target), inputs, target };
  }

  #finish({ merge, inputs, target }: Task, { documents }: SegmentSummary, current: ReadonlyMap<number, LiveSegment>): void {
    const tombstones = merge.tombstones(inputs.map(({ segment }) => current.get(segment.id)?.tombstones ?? null));
    for (const { segment } of inputs) this.#writer.remove(segment.id);
    if (documents > (tombstones?.count ?? 0))
      this.#writer.list(target, Number(inputs[0]?.segment.documents.rows[0]), documents, tombstones);
    else this.#rows.remove(target);
    this.#meta.add('layout', 1);
    this.#task = null;
  }
}
