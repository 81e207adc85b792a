import type { SkipReason } from '@agent-brain/contract/jobs';
import type { FileIndexed, FileTouch } from '../store/index.ts';
import type { FileCandidate } from '../walk/index.ts';
import type { ChunkSettings } from './index-file.ts';

/** One file for a parse worker. */
export interface ParseItem {
  candidate: FileCandidate;
  /** Hash of the indexed version, when that was made by the same recipe: equal bytes then need no new rows. */
  knownHash?: string;
}

export type ParseResult =
  | { kind: 'file'; file: FileIndexed }
  | { kind: 'touch'; touch: FileTouch }
  | { kind: 'skip'; skip: FileTouch & { reason: SkipReason } };

/** What all files of a run have in common; the worker's `workerData`. */
export interface ParseSettings extends ChunkSettings {
  /** Real path that files must lie in, links in their paths followed. */
  root: string;
  maxFileBytes: number;
  /** One Int32: how many items the worker has begun in its life. Tells which file a dead or silent worker was at. */
  progress: SharedArrayBuffer;
}
