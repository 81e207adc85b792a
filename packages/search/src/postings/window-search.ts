import type { DocumentSet } from './document-set.ts';
import type { TermScorer } from './term-scorer.ts';
import type { TopHits } from './top-hits.ts';

/** Documents gone through at once: their sums stay in the processor's first cache. */
const WINDOW = 2_048;

const sums = new Float64Array(WINDOW);
const marks = new Int32Array(WINDOW >>> 5);

export interface SegmentSearch {
  /** Position of the segment, for the hits. */
  position: number;
  documents: number;
  scorers: TermScorer[];
  tombstones: DocumentSet | null;
  /** Only these may be hits. */
  accepted: { has(document: number): boolean } | null;
}

/**
 * Offers to `hits` every document that could be among them: block-max MaxScore, window by window. In a window, terms
 * whose bounds together do not reach the threshold are not essential: a document that has none of the others cannot
 * get in. Only the lists of the essential terms are gone through, without blocks that cannot get a document in; the
 * others are looked up for the documents found there, while these can still get in.
 */
export function searchWindows(search: SegmentSearch, hits: TopHits): void {
  const { documents, scorers } = search;
  scorers.sort((left, right) => left.bound - right.bound);
  const ordered: TermScorer[] = [];
  for (let start = 0; ; ) {
    start = nextDocument(scorers, hits.threshold, start);
    if (start >= documents) return;
    const end = Math.min(documents, start + WINDOW);
    ordered.length = 0;
    for (const scorer of scorers) {
      scorer.enterWindow(start, end);
      if (scorer.windowBound > 0) insert(ordered, scorer);
    }
    searchWindow(search, ordered, start, end, hits);
    start = end;
  }
}

/** The first document from `from` on that has one of the terms without which none can get in. */
function nextDocument(scorers: readonly TermScorer[], threshold: number, from: number): number {
  let next = Infinity;
  let sum = 0;
  for (const scorer of scorers) {
    sum += scorer.bound;
    if (sum > threshold) next = Math.min(next, scorer.nextFrom(from));
  }
  return next;
}

/** Keeps the order by bounds in the window, lowest first. */
function insert(ordered: TermScorer[], scorer: TermScorer): void {
  let place = ordered.length;
  for (; place > 0 && (ordered[place - 1] as TermScorer).windowBound > scorer.windowBound; place--) {
    ordered[place] = ordered[place - 1] as TermScorer;
  }
  ordered[place] = scorer;
}

function searchWindow(search: SegmentSearch, ordered: readonly TermScorer[], start: number, end: number, hits: TopHits): void {
  let { threshold } = hits;
  let total = 0;
  let othersBound = 0;
  let first = 0;
  for (const { windowBound } of ordered) {
    total += windowBound;
    if (total > threshold) continue;
    othersBound = total;
    first += 1;
  }
  if (first === ordered.length) return;
  for (let index = first; index < ordered.length; index++) {
    const scorer = ordered[index] as TermScorer;
    scorer.addWindow(start, end, threshold - (total - scorer.windowBound), sums, marks);
  }
  for (let word = 0; word << 5 < end - start; word++) {
    for (let bits = marks[word] as number; bits !== 0; bits &= bits - 1) {
      const offset = (word << 5) + 31 - Math.clz32(bits & -bits);
      const found = sums[offset] as number;
      sums[offset] = 0;
      if (found + othersBound <= threshold) continue;
      const document = start + offset;
      if (search.tombstones?.has(document) === true) continue;
      const score = first === 0 ? found : completeScore(ordered, first, document, found, othersBound, threshold);
      if (score <= threshold || search.accepted?.has(document) === false) continue;
      hits.offer(search.position, document, score);
      ({ threshold } = hits);
    }
    marks[word] = 0;
  }
}

/** Adds the terms that are not essential, those with the highest bounds first; stops when the threshold is out of reach. */
function completeScore(
  ordered: readonly TermScorer[],
  first: number,
  document: number,
  found: number,
  othersBound: number,
  threshold: number,
): number {
  let score = found;
  let bound = othersBound;
  for (let index = first - 1; index >= 0 && score + bound > threshold; index--) {
    const scorer = ordered[index] as TermScorer;
    bound -= scorer.windowBound;
    score += scorer.scoreOf(document, threshold - score - bound);
  }
  return score;
}
