import { Bm25, type Bm25Constants, inverseDocumentFrequency, usualBm25 } from './bm25.ts';
import type { FieldWeights } from './fields.ts';
import type { LiveSegment, SearchedFields } from './live-segment.ts';
import { TermLists } from './term-lists.ts';
import { TermScorer } from './term-scorer.ts';
import { type ScoredDocument, TopHits } from './top-hits.ts';
import { searchWindows } from './window-search.ts';

export interface QueryTerm {
  /** A token as the index's tokenizer makes them. */
  term: string;
  /** Its share of the score is multiplied by this, > 0. */
  weight: number;
}

export interface TopKQuery {
  /** A document matches with any of them. One that stands here twice counts twice. */
  terms: readonly QueryTerm[];
  weights: FieldWeights;
  /** Default: those of FTS5. */
  constants?: Bm25Constants;
  /** Hits wanted, at most. */
  limit: number;
  /** Of those that score as the last one, all are given, beyond the limit: their order here hangs on the segments. */
  keepsTies?: boolean;
  /**
   * By position of the segment: which documents may be hits, or null for all; asked for those only that would be among the
   * best so far. It changes no score.
   */
  accepted?: readonly ({ has(document: number): boolean } | null)[];
}

export interface Hit extends ScoredDocument {
  /** Row of the chunk. */
  row: number;
}

/**
 * The documents with the highest BM25 over all segments, best first, equal ones by segment and document. Numbers of
 * documents, matches and average length are those of the living documents.
 * @param segments oldest first
 * @param lists of the same segments, where further searches for the same terms follow
 * @throws DamagedBytes
 */
export function searchTopK(
  segments: readonly LiveSegment[],
  { terms, weights, constants = usualBm25, limit, keepsTies = false, accepted }: TopKQuery,
  lists = new TermLists(segments),
): Hit[] {
  const documents = segments.reduce((sum, segment) => sum + segment.documents, 0);
  const totalLength = segments.reduce((sum, segment) => sum + segment.totalLength, 0);
  if (documents === 0 || terms.length === 0 || limit < 1) return [];
  const fields = { body: weights.body > 0, path: weights.path > 0, symbol: weights.symbol > 0 };
  const inverseFrequencies = terms.map(({ term, weight }) => {
    const count = countMatches(lists, term, fields);
    return count === 0 ? 0 : weight * inverseDocumentFrequency(documents, count);
  });
  if (inverseFrequencies.every((idf) => idf === 0)) return [];
  const bm25 = new Bm25(constants, totalLength / documents, inverseFrequencies);
  const hits = new TopHits(Math.min(limit, documents), { keepsTies });
  segments.forEach(({ segment, tombstones }, position) => {
    const scorers: TermScorer[] = [];
    const scoring = { bm25, weights, lengths: segment.documents.lengths };
    inverseFrequencies.forEach((idf, index) => {
      const list = lists.of((terms[index] as QueryTerm).term)[position] ?? null;
      if (list === null || idf === 0) return;
      const scorer = (pool[scorers.length] ??= new TermScorer());
      scorer.begin(list, idf, scoring);
      scorers.push(scorer);
    });
    const search = { position, documents: segment.documents.count, scorers, tombstones, accepted: accepted?.[position] ?? null };
    if (scorers.length > 0) searchWindows(search, hits);
    for (const scorer of scorers) scorer.end();
  });
  return hits.take().map((hit) => ({ ...hit, row: segments[hit.segment]?.segment.documents.rows[hit.document] as number }));
}

/**
 * Living documents that have the term in one of the fields.
 * @throws DamagedBytes
 */
export function countMatches(lists: TermLists, term: string, fields: SearchedFields): number {
  let count = 0;
  lists.of(term).forEach((list, position) => {
    if (list !== null) count += (lists.segments[position] as LiveSegment).matches(term, list, fields);
  });
  return count;
}

/** As many as the query with the most terms needed; a search runs to its end before the next begins. */
const pool: TermScorer[] = [];
