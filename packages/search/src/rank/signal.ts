import type { ChunkMatch } from '../store/index.ts';
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

/** What rules may look at. Rules other than of the definition look at what all chunks of a file have in common. */
export interface RankContext {
  shape: QueryShape;
  constants: RankConstants;
  /** By keyword of the query. */
  wordWeights: readonly number[];
  factsOf(path: string): PathFacts;
}

export interface PathFacts {
  /** The file's name up to its first dot, lower case. */
  stem: string;
  /** Words of the name without its extension, wholes and parts; of the folder, where the name says nothing (`index`). */
  nameWords: readonly string[];
  /** The same without the wholes that have parts. */
  nameParts: readonly string[];
  /** Words of the folder above what `nameWords` came from. */
  folderWords: readonly string[];
  segments: readonly string[];
}

export type RankRule = (candidate: ChunkMatch, context: RankContext) => Signal | null;
