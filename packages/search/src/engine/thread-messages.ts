import type { Problem } from '@agent-brain/contract/errors';
import type { QueryRequest } from '@agent-brain/contract/query';
import type { RunLimits, RunOrder, RunProgress } from '../indexing/index.ts';
import type { StoreInfo } from '../store/index.ts';
import type { LogLevel } from './engine.ts';

/** What the writer thread does before it ends: one thing. */
export type WriterCommand =
  | { kind: 'index'; order: RunOrder }
  | { kind: 'plan'; order: RunOrder }
  | { kind: 'remove-folder'; folder: string }
  | { kind: 'reset' }
  | { kind: 'verify' };

/** `workerData` of the writer thread. */
export interface WriterSettings {
  command: WriterCommand;
  root: string;
  dataDir: string;
  /** Absolute paths that are never walked into. */
  closedDirs: string[];
  parseWorkers: number;
  fileBudgetMs: number;
  limits: RunLimits;
  /** The store has failed a check or a query: it is checked in full before it is used. */
  isSuspect: boolean;
}

export type WriterMessage =
  | { kind: 'progress'; progress: RunProgress }
  | { kind: 'committed'; info: StoreInfo }
  /** The store was damaged, and a new one stands in its place. */
  | { kind: 'replaced'; info: StoreInfo }
  | { kind: 'log'; level: LogLevel; message: string; fields: Record<string, unknown> }
  | { kind: 'done'; result: unknown }
  | { kind: 'failed'; problem: Problem };

/** The only word to a running writer. */
export type WriterOrder = { kind: 'cancel' };

/** `workerData` of the query thread. */
export interface QuerySettings {
  dataDir: string;
}

export type Question = { kind: 'query'; request: QueryRequest; isIndexing: boolean } | { kind: 'chunk'; id: string } | { kind: 'folders' };

export type QueryOrder =
  | { id: number; question: Question }
  /** The store's file is another one now. */
  | { id: null; kind: 'reopen' | 'close' };

export type Answer = { id: number; answer: unknown } | { id: number; problem: Problem; stack?: string };
