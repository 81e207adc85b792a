export { groupByFile, type RankedGroup, saturate } from './group.ts';
export { describeQuery, type QueryShape } from './query-shape.ts';
export { rankCandidates, type RankedChunk, type RankOptions } from './rank-candidates.ts';
export { type RankConstants, rankConstants } from './rank-constants.ts';
export type { Signal } from './signal.ts';
