import type { DocumentSet } from './document-set.ts';
import type { TermScorer } from './term-scorer.ts';
import type { TopHits } from './top-hits.ts';

/** Documents gone through at once: their sums stay in the processor's first cache. */
const WINDOW = 2_048;

const sums = new Float64Array(WINDOW);
const marks = new Uint32Array(WINDOW >>> 5);

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
 * get in. Only the lists of the essential terms are gone through; the others are looked up for the documents
 * found there, while these can still get in.
 */
export function searchWindows({ position, documents, scorers, tombstones, accepted }: SegmentSearch, hits: TopHits): void {
  scorers.sort((left, right) => left.bound - right.bound);
  let start = 0;
  for (;;) {
    const first = firstEssential(scorers, hits.threshold, 'bound');
    start = nextDocument(scorers, first, start);
    if (start >= documents) return;
    const end = Math.min(documents, start + WINDOW);
    searchWindow(start, end);
    start = end;
  }

  function searchWindow(from: number, to: number): void {
    for (const scorer of scorers) scorer.enterWindow(from, to);
    const ordered = scorers.filter((scorer) => scorer.windowBound > 0).sort((left, right) => left.windowBound - right.windowBound);
    const first = firstEssential(ordered, hits.threshold, 'windowBound');
    if (first === ordered.length) return;
    let othersBound = 0;
    for (let index = 0; index < first; index++) othersBound += (ordered[index] as TermScorer).windowBound;
    for (let index = first; index < ordered.length; index++) (ordered[index] as TermScorer).addWindow(from, to, sums, marks);
    for (let word = 0; word << 5 < to - from; word++) {
      for (let bits = marks[word] as number; bits !== 0; bits &= bits - 1) {
        const offset = (word << 5) + 31 - Math.clz32(bits & -bits);
        const found = sums[offset] as number;
        sums[offset] = 0;
        const document = from + offset;
        if (found + othersBound <= hits.threshold) continue;
        if (tombstones?.has(document) === true) continue;
        const score = completeScore(ordered, first, document, found, othersBound, hits.threshold);
        if (score <= hits.threshold || accepted?.has(document) === false) continue;
        hits.offer(position, document, score);
      }
      marks[word] = 0;
    }
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
    score += scorer.scoreOf(document);
  }
  return score;
}

/** Number of the terms, lowest bounds first, that together do not get a document in. */
function firstEssential(scorers: readonly TermScorer[], threshold: number, bound: 'bound' | 'windowBound'): number {
  let sum = 0;
  for (let index = 0; index < scorers.length; index++) {
    sum += (scorers[index] as TermScorer)[bound];
    if (sum > threshold) return index;
  }
  return scorers.length;
}

function nextDocument(scorers: readonly TermScorer[], first: number, from: number): number {
  let next = Infinity;
  for (let index = first; index < scorers.length; index++) next = Math.min(next, (scorers[index] as TermScorer).nextFrom(from));
  return next;
}
