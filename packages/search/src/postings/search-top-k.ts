import { Bm25, type Bm25Constants, inverseDocumentFrequency, usualBm25 } from './bm25.ts';
import type { FieldWeights } from './fields.ts';
import type { LiveSegment } from './live-segment.ts';
import type { PostingList } from './posting-list.ts';
import { termBytes } from './term-bytes.ts';
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
 * @throws DamagedBytes
 */
export function searchTopK(segments: readonly LiveSegment[], { terms, weights, constants = usualBm25, limit, accepted }: TopKQuery): Hit[] {
  const documents = segments.reduce((sum, segment) => sum + segment.documents, 0);
  const totalLength = segments.reduce((sum, segment) => sum + segment.totalLength, 0);
  if (documents === 0 || terms.length === 0 || limit < 1) return [];
  const fields = { body: weights.body > 0, path: weights.path > 0, symbol: weights.symbol > 0 };
  const matches = new Array<number>(terms.length).fill(0);
  const encoded = terms.map(({ term }) => termBytes(term));
  const lists = segments.map((live) =>
    terms.map(({ term }, index) => {
      const list = live.segment.list(encoded[index] as Uint8Array);
      if (list !== null) matches[index] = (matches[index] as number) + live.matches(term, list, fields);
      return list;
    }),
  );
  const inverseFrequencies = terms.map(({ weight }, index) => {
    const count = matches[index] as number;
    return count === 0 ? 0 : weight * inverseDocumentFrequency(documents, count);
  });
  if (inverseFrequencies.every((idf) => idf === 0)) return [];
  const bm25 = new Bm25(constants, totalLength / documents, inverseFrequencies);
  const hits = new TopHits(Math.min(limit, documents));
  segments.forEach(({ segment, tombstones }, position) => {
    const scorers: TermScorer[] = [];
    const scoring = { bm25, weights, lengths: segment.documents.lengths };
    (lists[position] as (PostingList | null)[]).forEach((list, index) => {
      const idf = inverseFrequencies[index] as number;
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

/** As many as the query with the most terms needed; a search runs to its end before the next begins. */
const pool: TermScorer[] = [];
