/** What the choice of a merge depends on. */
export interface SegmentSize {
  /** Deleted ones included. */
  documents: number;
  /** Deleted documents. */
  dead: number;
}

/** Neighbours to be merged, by position. */
export interface MergeChoice {
  first: number;
  count: number;
}

/** Segments of one level that become one of the next. */
const FANOUT = 8;
/** Below so many living documents all segments are of the lowest level: to rewrite them costs milliseconds. */
const SMALL = 256;
/** From this share of deleted documents on a segment is rewritten: queries read what is dead as well. */
const DEAD_SHARE = 0.35;
/** Whatever their sizes, there are not more. */
const SEGMENTS_MAX = 48;

/**
 * Which segments to merge next, or null when all is well. Levels grow by a factor of 8: eight neighbours of a level, with
 * smaller ones between them, become one of the next, so that a document is rewritten about once per level. Lower levels
 * come first. Only neighbours are merged: documents stay in the order of their chunk rows.
 * @param segments oldest first
 */
export function chooseMerge(segments: readonly SegmentSize[]): MergeChoice | null {
  const living = segments.map(({ documents, dead }) => documents - dead);
  const empty = living.indexOf(0);
  if (empty >= 0) return { first: empty, count: 1 };
  const levels = living.map(levelOf);
  for (let level = 0; level <= Math.max(-1, ...levels); level++) {
    const run = runOfLevel(levels, level);
    if (run !== null) return run;
  }
  const rotten = segments.findIndex(({ documents, dead }) => dead > documents * DEAD_SHARE);
  if (rotten >= 0) return { first: rotten, count: 1 };
  return segments.length > SEGMENTS_MAX ? cheapest(living) : null;
}

const levelOf = (living: number): number => (living < SMALL ? 0 : 1 + Math.floor(Math.log(living / SMALL) / Math.log(FANOUT)));

/** The first run of neighbours of this level or below that holds enough of it. */
function runOfLevel(levels: readonly number[], level: number): MergeChoice | null {
  for (let first = 0; first < levels.length; first++) {
    if (levels[first] !== level) continue;
    let last = first;
    let found = 0;
    for (let position = first; position < levels.length && (levels[position] as number) <= level && found < FANOUT; position++) {
      if (levels[position] !== level) continue;
      found += 1;
      last = position;
    }
    if (found === FANOUT) return { first, count: last - first + 1 };
  }
  return null;
}

/** The run of neighbours with the fewest documents. */
function cheapest(living: readonly number[]): MergeChoice {
  let best = 0;
  let bestCost = Infinity;
  for (let first = 0; first + FANOUT <= living.length; first++) {
    const cost = living.slice(first, first + FANOUT).reduce((sum, documents) => sum + documents, 0);
    if (cost >= bestCost) continue;
    best = first;
    bestCost = cost;
  }
  return { first: best, count: FANOUT };
}
