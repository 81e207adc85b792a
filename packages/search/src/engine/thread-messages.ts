import type { Problem } from '@agent-brain/contract/errors';
import type { QueryRequest } from '@agent-brain/contract/query';
import type { RunLimits, RunOrder, RunProgress, UpdateOrder } from '../indexing/index.ts';
import type { RepairOrder } from './repair-index.ts';
import type { StoreInfo } from '../store/index.ts';
import type { Precedence } from '../threads/index.ts';
import type { LogLevel } from './engine.ts';

/** What the writer thread does, one thing after another. */
export type WriterCommand =
  | { kind: 'index'; order: RunOrder }
  | { kind: 'update'; order: UpdateOrder }
  | { kind: 'plan'; order: RunOrder }
  | { kind: 'remove-folder'; folder: string }
  | { kind: 'reset' }
  | { kind: 'repair'; order: RepairOrder }
  | { kind: 'verify' };

/** `workerData` of the writer thread. */
export interface WriterSettings {
  root: string;
  dataDir: string;
  /** Absolute paths that are never walked into. */
  closedDirs: string[];
  parseWorkers: number;
  fileBudgetMs: number;
  limits: RunLimits;
  /** Without a command for so long the thread is ended. */
  idleMs?: number | undefined;
  /** Work goes on in turn, after questions. */
  precedence?: Precedence | undefined;
  /** Which program a parse worker runs; tests give one that is unruly. */
  parseWorkerUrl?: string;
}

export interface StoreCondition {
  /** The store has failed a check or a query, and is checked in full before it is used. */
  isSuspect: boolean;
  /** It stands in the place of a damaged one, whose folders are to be filled again. */
  isBereft: boolean;
}

export type WriterOrder =
  | { kind: 'run'; command: WriterCommand; condition: StoreCondition }
  /** A run is to be expected. */
  | { kind: 'prepare' }
  /** The command that is going on ends as soon as it can. */
  | { kind: 'cancel' }
  | { kind: 'close' };

/**
 * `done` or `failed` is the last word about a command; `log` may come at any time. `tidy` follows when nothing is left to be
 * done for the index, unless another command came before.
 */
export type WriterMessage =
  | { kind: 'progress'; progress: RunProgress }
  | { kind: 'committed'; info: StoreInfo }
  /** A new store stands in the place of the old one, which was damaged or emptied. */
  | { kind: 'replaced'; info: StoreInfo }
  | { kind: 'log'; level: LogLevel; message: string; fields: Record<string, unknown> }
  | { kind: 'done'; result: unknown }
  | { kind: 'tidy'; info: StoreInfo | null }
  | { kind: 'failed'; problem: Problem };

/** `workerData` of the query thread. */
export interface QuerySettings {
  dataDir: string;
}

export type Question =
  | { kind: 'query'; request: QueryRequest; isIndexing: boolean; isUnfilled: boolean }
  | { kind: 'chunk'; id: string }
  | { kind: 'folders' }
  | { kind: 'folder-requests' }
  | { kind: 'selection-loss'; root: string; order: Omit<RunOrder, 'operation'> };

export type QueryOrder =
  | { id: number; question: Question }
  /** The store's file is another one now. */
  | { id: null; kind: 'reopen' | 'close' };

/** `damage`: what of the index could not be read and is left out of the answer. */
export type Answer = { id: number; answer: unknown; damage?: readonly string[] } | { id: number; problem: Problem; stack?: string };
