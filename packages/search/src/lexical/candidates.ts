import type { ChunkFilter, ChunkMatch, ColumnWeights, IndexView, TextRequirement } from '../store/index.ts';
import { tokenize } from '../tokenize/index.ts';

/**
 * A word in the path or in the name of what a chunk defines says more than one in its body. Chosen on the
 * development queries (`eval/`). Larger `k1` and smaller `b` gain .003 over repositories and lose three times as
 * much over passages; weighing the words of a query by their place does the same.
 */
const weights: ColumnWeights = { body: 1, path: 3, symbol: 4 };
const constants = { k1: 1.5, b: 0.75 };

/**
 * Chunks taken by text alone, and further ones by the path or by a defined name. With 300 whole trees lose .003,
 * with 1,000 they gain as much, at twice the time.
 */
const BODY_POOL = 500;
const FIELD_POOL = 60;

export interface CandidateQuery {
  terms: readonly string[];
  /** Names whose definition is asked for. */
  symbols: readonly string[];
  filter?: ChunkFilter;
  /** Beginnings of further terms. */
  prefixes?: readonly string[];
  /** What the text of every candidate has. */
  requires?: readonly TextRequirement[];
}

/**
 * The pool is the same however many results are wanted, so that more of them never change the first ones.
 *
 * Best chunks by BM25, and, when those are not all that match, the best by path and by defined names
 * alone: what ranking would lift must be there to be lifted. Those count as much as the last of the
 * pool, an upper bound of their true score.
 */
export function findCandidates(view: IndexView, query: CandidateQuery): ChunkMatch[] {
  const limit = BODY_POOL;
  const { prefixes = [], requires = [] } = query;
  const narrowed = { requires, names: query.symbols, ...(query.filter === undefined ? {} : { filter: query.filter }) };
  const pool = view.match({ terms: query.terms, prefixes, weights, constants, limit, ...narrowed });
  if (pool.length < limit) return pool;
  const floor = pool.at(-1)?.score ?? 0;
  const known = new Set(pool.map((candidate) => candidate.row));
  const names = query.symbols.flatMap((symbol) => tokenize(symbol).slice(0, 1));
  const extra = [
    ...view.match({ terms: names, weights, constants, columns: ['symbol'], limit: FIELD_POOL, ...narrowed }),
    ...view.match({ terms: query.terms, weights, constants, columns: ['path'], limit: FIELD_POOL, ...narrowed }),
  ];
  for (const candidate of extra) {
    if (known.has(candidate.row)) continue;
    known.add(candidate.row);
    pool.push({ ...candidate, score: floor });
  }
  return pool;
}
