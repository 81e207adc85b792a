import type { ChunkMatch } from '../store/index.ts';
import type { QueryShape } from './query-shape.ts';

/**
 * What one rule did to one chunk. "Worth" in a rule's comment is the loss of NDCG@10 (distinct files) without
 * it: 342 development queries over 17 whole trees, or 402 over 20 source roots; differences below .01 are
 * within the noise.
 */
export interface Signal {
  /** Name of the rule; rules that multiply carry `×` in front. */
  rule: string;
  /** Added to the score, in units of the best text score of the query; or the factor. */
  value: number;
  reason: string;
}

/** What rules may look at. Facts of a path are computed once per path. */
export interface RankContext {
  shape: QueryShape;
  factsOf(path: string): PathFacts;
}

export interface PathFacts {
  /** Lower-case words of the file's name without its extension. */
  stem: string;
  stemWords: readonly string[];
  /** Words of the folder that holds the file, and of the one above. */
  folderWords: readonly string[];
  segments: readonly string[];
}

export type RankRule = (candidate: ChunkMatch, context: RankContext) => Signal | null;
