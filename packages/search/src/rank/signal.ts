import type { ChunkMatch } from '../store/index.ts';
import type { CandidateFile } from './candidate-file.ts';
import type { QueryShape } from './query-shape.ts';
import type { RankConstants } from './rank-constants.ts';

/** What one rule did to one chunk. What each rule is worth: `npm run eval -- --ablation`, and `eval/results/`. */
export interface Signal {
  /** Name of the rule; rules that multiply carry `×` in front. */
  rule: string;
  /** Added to the score, in units of the best text score of the query; or the factor. */
  value: number;
  reason: string;
}

/** What rules may look at beside the candidate. */
export interface RankContext {
  shape: QueryShape;
  constants: RankConstants;
  /** By keyword of the query. */
  wordWeights: readonly number[];
}

/** Says the same of all chunks of a file, and is asked once. */
export type FileRule = (file: CandidateFile, context: RankContext) => Signal | null;

export type ChunkRule = (candidate: ChunkMatch, context: RankContext) => Signal | null;
