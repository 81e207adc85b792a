import type { IndexStats, SkipReason } from '@agent-brain/contract/jobs';
import type { Skip } from '../walk/index.ts';

const SKIP_EXAMPLES = 1_000;

export interface RunProgress {
  phase: 'walking' | 'indexing' | 'finishing';
  filesDone: number;
  filesTotal: number;
  chunksDone: number;
  bytesDone: number;
  currentFile: string | null;
}

/** Skips with their sums: examples up to a limit, counts of all. */
export class SkipList {
  readonly examples: { path: string; reason: SkipReason }[] = [];
  readonly counts: Partial<Record<SkipReason, number>> = {};

  add({ path, reason }: Skip): void {
    this.counts[reason] = (this.counts[reason] ?? 0) + 1;
    if (this.examples.length < SKIP_EXAMPLES) this.examples.push({ path, reason });
  }
}

/** What a run has done so far. */
export class RunReport {
  added = 0;
  changed = 0;
  removed = 0;
  unchanged = 0;
  readonly skips = new SkipList();
  readonly progress: RunProgress = { phase: 'walking', filesDone: 0, filesTotal: 0, chunksDone: 0, bytesDone: 0, currentFile: null };
  readonly #nowMs: () => number;
  readonly #startedMs: number;
  #phaseStartedMs: number;
  readonly #durations = { walk: 0, index: 0, finish: 0 };

  /** @param nowMs a steady clock */
  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
    this.#startedMs = this.#phaseStartedMs = nowMs();
  }

  /** Ends the phase before; its time counts to `duration`. */
  endPhase(duration: 'walk' | 'index' | 'finish', next?: RunProgress['phase']): void {
    const now = this.#nowMs();
    this.#durations[duration] = Math.round(now - this.#phaseStartedMs);
    this.#phaseStartedMs = now;
    if (next !== undefined) this.progress.phase = next;
  }

  stats(): IndexStats {
    const total = Math.round(this.#nowMs() - this.#startedMs);
    const { added, changed, removed, unchanged, skips } = this;
    const skipped = [...skips.examples].sort((left, right) => (left.path < right.path ? -1 : 1));
    return { added, changed, removed, unchanged, skipped, skipped_count: skips.counts, duration_ms: { ...this.#durations, total } };
  }
}

/** Runs that belong together, as one. */
export function sumOfRuns(parts: readonly IndexStats[]): IndexStats {
  const sum = new RunReport(() => 0).stats();
  for (const part of parts) {
    for (const name of ['added', 'changed', 'removed', 'unchanged'] as const) sum[name] += part[name];
    for (const phase of ['walk', 'index', 'finish', 'total'] as const) sum.duration_ms[phase] += part.duration_ms[phase];
    for (const [reason, count] of Object.entries(part.skipped_count) as [keyof IndexStats['skipped_count'], number][]) {
      sum.skipped_count[reason] = (sum.skipped_count[reason] ?? 0) + count;
    }
    sum.skipped = [...sum.skipped, ...part.skipped].slice(0, SKIP_EXAMPLES);
  }
  return sum;
}
