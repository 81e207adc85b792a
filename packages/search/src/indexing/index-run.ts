import fs from 'node:fs';
import { AgentBrainError } from '@agent-brain/contract/errors';
import type { IndexRequest, IndexStats } from '@agent-brain/contract/jobs';
import type { IndexStore } from '../store/index.ts';
import type { WalkLog, WalkOptions } from '../walk/index.ts';
import { CommitBatcher } from './commit-batcher.ts';
import { type Changes, findChanges } from './find-changes.ts';
import { recipeOf, skipRecipeOf } from './index-file.ts';
import { ParsePool } from './parse-pool.ts';
import type { ParseResult } from './parse-protocol.ts';
import { checkLimits, type RunLimits } from './run-limits.ts';
import { RunReport, type RunProgress } from './run-report.ts';
import { readableRoot, runScope } from './run-scope.ts';

/** What a run is told; plain data, so that it crosses a thread border. */
export interface RunOrder {
  folder: string;
  operation: 'index' | 'add';
  request: IndexRequest;
  config: {
    include: readonly string[];
    exclude: readonly string[];
    languages: readonly string[];
    chunkSize: number;
    chunkOverlap: number;
    maxFileBytes: number;
  };
}

export interface RunSurroundings {
  /** Absolute real path of the project. */
  root: string;
  /** Absolute paths that are never walked into. */
  closedDirs: readonly string[];
  parseWorkers: number;
  fileBudgetMs: number;
  limits: RunLimits;
  signal: AbortSignal;
  log: WalkLog;
  /** Milliseconds of a steady clock. */
  nowMs(): number;
  /** Wall clock. */
  now(): Date;
  residentBytes(): number;
  onProgress(progress: RunProgress): void;
  /** After each transaction. */
  onCommit(): void;
  /** Which program a parse worker runs; tests give one that crashes. */
  parseWorkerUrl?: URL;
}

/** The request's lists and sizes go before those of the configuration; what is excluded by either is excluded. */
export function walkOptionsOf(order: RunOrder, around: Pick<RunSurroundings, 'root' | 'closedDirs' | 'signal' | 'log'>): WalkOptions {
  const { request, config } = order;
  return {
    root: around.root,
    folder: order.folder,
    include: request.include ?? config.include,
    exclude: [...config.exclude, ...(request.exclude ?? [])],
    languages: request.languages ?? config.languages,
    includeCode: request.include_code,
    recursive: request.recursive,
    maxFileBytes: config.maxFileBytes,
    stateDir: around.closedDirs,
    signal: around.signal,
    log: around.log,
  };
}

/**
 * Brings the index up to the folder: walk and compare, read and cut what has changed, commit batch by
 * batch, take out what has vanished. A file's old rows go in the transaction that brings its new ones;
 * nothing is taken out before the walk is complete, and `add` takes nothing out at all.
 * @throws the signal's reason; FOLDER_INVALID, DISK_FULL, MEMORY_LIMIT, INDEX_DISK_LIMIT, INDEX_CORRUPT
 */
export async function runIndex(store: IndexStore, order: RunOrder, around: RunSurroundings): Promise<IndexStats> {
  const { request, config, folder, operation } = order;
  assertFolder(folder);
  const report = new RunReport(around.nowMs);
  const tell = throttled(report, around);
  const settings = { chunkSize: request.chunk_size ?? config.chunkSize, chunkOverlap: request.chunk_overlap ?? config.chunkOverlap };
  const folders = store.read((view) => view.folders().map((known) => known.folder_path));
  const scope = runScope(around.root, folder, folders);
  store.addFolder(folder, request);
  const changes = await findChanges(store, report, {
    walk: walkOptionsOf(order, around),
    scope,
    folder,
    recipe: recipeOf(settings),
    skipRecipe: skipRecipeOf(settings),
    nowMs: around.now().getTime(),
    force: request.force,
    onProgress: () => tell(),
  });
  assertFolder(folder);
  report.progress.filesDone = report.unchanged;
  report.endPhase('walk', 'indexing');
  tell({ always: true });

  const batcher = new CommitBatcher(store, folder, around.nowMs, () => {
    around.onCommit();
    checkLimits(around.limits, { residentBytes: around.residentBytes(), indexBytes: store.sizeBytes() });
  });
  for (const touch of changes.moved) batcher.touch(touch);
  const pool = new ParsePool({
    settings: { root: readableRoot(around.root, folder), maxFileBytes: config.maxFileBytes, ...settings },
    size: around.parseWorkers,
    fileBudgetMs: around.fileBudgetMs,
    signal: around.signal,
    onLostWorker: (path, reason) => around.log('warn', 'a file ended the thread that read it and is skipped', { path, reason }),
    ...(around.parseWorkerUrl === undefined ? {} : { workerUrl: around.parseWorkerUrl }),
  });
  const state: RunState = { store, batcher, report, operation, skipRecipe: skipRecipeOf(settings) };
  for await (const results of pool.parse(changes.items)) {
    for (const result of results) takeResult(result, state);
    batcher.commitIfOld();
    tell();
  }
  report.endPhase('index', 'finishing');
  tell({ always: true });

  finish(batcher, changes, report, order, around);
  store.compact();
  around.onCommit();
  report.endPhase('finish');
  tell({ always: true });
  return report.stats();
}

interface RunState {
  store: IndexStore;
  batcher: CommitBatcher;
  report: RunReport;
  operation: RunOrder['operation'];
  skipRecipe: string;
}

function takeResult(result: ParseResult, { store, batcher, report, operation, skipRecipe }: RunState): void {
  const { progress } = report;
  progress.filesDone += 1;
  if (result.kind === 'touch') {
    report.unchanged += 1;
    progress.bytesDone += result.touch.sizeBytes;
    batcher.touch(result.touch);
    return;
  }
  const path = result.kind === 'file' ? result.file.path : result.skip.path;
  const isKnown = store.fileState(path) !== undefined;
  if (result.kind === 'file') {
    progress.currentFile = path;
    progress.bytesDone += result.file.sizeBytes;
    progress.chunksDone += result.file.chunks.length;
    if (isKnown) report.changed += 1;
    else report.added += 1;
    batcher.replace(result.file);
    return;
  }
  report.skips.add(result.skip);
  // What could not be read now may be as it was; anything else is no longer what the index shows.
  if (result.skip.reason === 'unreadable') return;
  if (isKnown && operation === 'index') {
    report.removed += 1;
    batcher.remove(path);
  }
  if (result.skip.reason !== 'vanished') batcher.skip({ ...result.skip, recipe: skipRecipe });
}

function finish(batcher: CommitBatcher, changes: Changes, report: RunReport, order: RunOrder, around: RunSurroundings): void {
  if (order.operation === 'index') {
    for (const path of changes.vanishedSkips) batcher.remove(path);
    for (const path of changes.vanished) {
      around.signal.throwIfAborted();
      batcher.remove(path);
      report.removed += 1;
    }
  }
  batcher.commit({ completedAt: around.now().toISOString(), request: order.request });
}

/** @throws FOLDER_INVALID */
function assertFolder(folder: string): void {
  try {
    fs.closeSync(fs.openSync(folder, fs.constants.O_RDONLY | fs.constants.O_DIRECTORY));
  } catch (error) {
    throw new AgentBrainError('FOLDER_INVALID', `The folder ${folder} cannot be read — ${(error as Error).message}`, { cause: error });
  }
}

const PROGRESS_INTERVAL_MS = 100;

function throttled(report: RunReport, around: RunSurroundings): (options?: { always: boolean }) => void {
  let lastMs = Number.NEGATIVE_INFINITY;
  return ({ always } = { always: false }) => {
    const now = around.nowMs();
    if (!always && now - lastMs < PROGRESS_INTERVAL_MS) return;
    lastMs = now;
    around.onProgress({ ...report.progress });
  };
}
