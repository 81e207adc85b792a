import type { RepositoryFacts, WalkLog } from '../walk/index.ts';
import type { ParsePool } from './parse-pool.ts';
import type { RunLimits } from './run-limits.ts';
import type { RunProgress, RunReport } from './run-report.ts';

/** What a run works with and tells to. */
export interface RunSurroundings {
  /** Absolute real path of the project. */
  root: string;
  /** Absolute paths that are never walked into. */
  closedDirs: readonly string[];
  pool: ParsePool;
  /** Runs a piece of work that takes a processor for long, in turn with what goes on elsewhere. Default: at once. */
  inTurn?<T>(work: () => T): T;
  facts: RepositoryFacts;
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
}

export const inTurn = <T>(around: Pick<RunSurroundings, 'inTurn'>, work: () => T): T =>
  around.inTurn === undefined ? work() : around.inTurn(work);

const PROGRESS_INTERVAL_MS = 100;

/** Tells the progress of a run, at most ten times a second unless it must be told. */
export function progressTeller(report: RunReport, around: RunSurroundings): (options?: { always: boolean }) => void {
  let lastMs = Number.NEGATIVE_INFINITY;
  return ({ always } = { always: false }) => {
    const now = around.nowMs();
    if (!always && now - lastMs < PROGRESS_INTERVAL_MS) return;
    lastMs = now;
    around.onProgress({ ...report.progress });
  };
}
