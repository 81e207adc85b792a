import type { LiveSegment } from './live-segment.ts';
import type { PostingList } from './posting-list.ts';
import { termBytes } from './term-bytes.ts';

/**
 * The lists of terms in some segments, each looked up once: searches for one answer ask for the same terms. It holds on to
 * what it has found, so it is for that time only.
 */
export class TermLists {
  readonly segments: readonly LiveSegment[];
  readonly #lists = new Map<string, readonly (PostingList | null)[]>();

  constructor(segments: readonly LiveSegment[]) {
    this.segments = segments;
  }

  /** By position of the segment; null where no document has the term. @throws DamagedBytes */
  of(term: string): readonly (PostingList | null)[] {
    let lists = this.#lists.get(term);
    if (lists === undefined) {
      const bytes = termBytes(term);
      lists = this.segments.map(({ segment }) => segment.list(bytes));
      this.#lists.set(term, lists);
    }
    return lists;
  }
}
