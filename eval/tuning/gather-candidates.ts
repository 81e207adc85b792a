import { findCandidates, searchTerms } from '@agent-brain/search/lexical';
import { describeQuery, groupByFile, type QueryShape, rankCandidates, type RankOptions } from '@agent-brain/search/rank';
import { type ChunkMatch, SqliteIndexReader, storeFile } from '@agent-brain/search/store';
import type { CodeQuery } from '../data/code-queries.ts';
import { scoreDistinctFiles } from '../metric/ranking-metrics.ts';

/** A query with what the text index found for it: what ranking begins with. */
export interface GatheredQuery {
  query: CodeQuery;
  shape: QueryShape;
  candidates: readonly ChunkMatch[];
}

/** Asks the index in `dataDir`, which must be there, in the way `answerQuery` does. */
export function gatherCandidates(dataDir: string, queries: readonly CodeQuery[]): GatheredQuery[] {
  const reader = SqliteIndexReader.open(storeFile(dataDir));
  if (reader === null) throw new Error(`no index in ${dataDir}`);
  try {
    return reader.read((view) =>
      queries.map((query) => {
        const shape = describeQuery(query.query);
        const candidates = findCandidates(view, { terms: searchTerms(query.query).terms, symbols: shape.symbols });
        return { query, shape, candidates };
      }),
    );
  } finally {
    reader.close();
  }
}

/** NDCG@10 in distinct files of each query, ranked with `options`. */
export function scoreRanking(gathered: readonly GatheredQuery[], options: RankOptions = {}): Float64Array {
  return Float64Array.from(gathered, ({ query, shape, candidates }) => {
    const groups = groupByFile(rankCandidates(candidates, shape, options), 0);
    return scoreDistinctFiles(
      groups.map(({ best }) => ({ path: best.chunk.path })),
      query.targets,
    ).ndcg;
  });
}
