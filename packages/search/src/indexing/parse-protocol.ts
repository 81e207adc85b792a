import type { Precedence } from '../threads/index.ts';
import type { FileCandidate } from '../walk/index.ts';
import type { ChunkSettings } from './index-file.ts';
import type { PackedResults } from './packed-results.ts';

/** One file for a parse worker. */
export interface ParseItem {
  candidate: FileCandidate;
  /** Hash of the indexed version, when that was made by the same recipe: equal bytes then need no new rows. */
  knownHash?: string;
}

/** What all files of a task have in common. */
export interface ParseSettings extends ChunkSettings {
  /** Real path that files must lie in, links in their paths followed. */
  root: string;
  maxFileBytes: number;
}

/** `workerData` of a parse worker. */
export interface ParseWorkerData {
  /** Int32s at the places of {@link progressOf}. */
  progress: SharedArrayBuffer;
  precedence?: Precedence | undefined;
}

/** What pool and worker tell each other without a message. */
export const progressOf = {
  /** How many items the worker has begun in its life; tells which file a dead or silent worker was at. */
  begun: 0,
  /** The task whose items are wanted; those of another are dropped without being begun. */
  task: 1,
} as const;

export type ParseOrder = { task: number; settings: ParseSettings; items: readonly ParseItem[] } | 'ping';

/** Results come in the order of the items; `pong` when all orders before the `ping` are done with. */
export type ParseAnswer = { task: number; results: PackedResults } | 'pong';
