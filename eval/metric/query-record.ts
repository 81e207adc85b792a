import type { RankingScore } from './ranking-metrics.ts';

/** What one query scored, with what it is grouped by. */
export interface QueryRecord {
  id: string;
  repo: string;
  language: string;
  category: string;
  /** In the stratum that the path does not give away, see `vocabulary-gap.ts`. */
  gap: boolean;
  chunkList: RankingScore;
  distinctFiles: RankingScore;
}
