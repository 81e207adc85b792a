export { groupByFile, type RankedGroup, saturate } from './group.ts';
export { describeQuery, type QueryShape } from './query-shape.ts';
export { rankCandidates, type RankedChunk } from './rank-candidates.ts';
export type { PathFacts, RankContext, RankRule, Signal } from './signal.ts';
