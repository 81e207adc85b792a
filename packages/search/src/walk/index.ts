export type { FileCandidate, Skip, WalkBatch } from './file-candidate.ts';
export { walkFolder } from './walk-folder.ts';
export type { WalkLog, WalkOptions } from './walk-options.ts';
