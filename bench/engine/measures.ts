/** What one program says about one tree; what it has not measured is absent, with the reason. */
export interface Measured {
  readonly indexS?: number;
  readonly p50Ms?: number;
  readonly p95Ms?: number;
  readonly diskBytes?: number;
  /** Resident, above the same process before it opened anything. */
  readonly memoryBytes?: number;
  readonly why?: string;
}

/** Of one run over a whole tree. */
export interface RunTime {
  /** Until all is searchable. */
  readonly seconds: number;
  /** Of all processors together, with what is tidied afterwards, without what git took. */
  readonly cpuSeconds: number;
}

export interface EngineBuild {
  /** In a process that has just begun. */
  readonly cold: RunTime;
  /** In the same process again, from nothing. */
  readonly warm: RunTime;
  readonly phases: Readonly<Record<string, number>>;
  readonly files: number;
  readonly bytes: number;
  readonly chunks: number;
  readonly diskBytes: number;
  readonly peakBytes: number;
  readonly bareBytes: number;
}

export interface EngineServe {
  readonly firstAnswerMs: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly memoryBytes: number;
  readonly reopenMs: number;
  readonly editMs: number[];
}

/** Megabytes per second of one thread, by stage. */
export type Stages = Readonly<Record<string, number>>;

/** All about one tree. */
export interface CorpusResult {
  readonly name: string;
  readonly build: EngineBuild;
  /** The first run of an instance that was started a second before. */
  readonly started: RunTime;
  readonly serve: EngineServe;
  readonly stages: Stages;
  /** Our own index, asked for what FTS5 is asked for. */
  readonly postings: Measured;
  readonly ripgrep: Measured;
  readonly fts5: Measured;
  readonly miniSearch: Measured;
}

export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const value = sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)];
  if (value === undefined) throw new Error('a percentile of nothing was asked for');
  return value;
}

/** Each thing once to warm up, then all of them `passes` times; milliseconds. */
export async function timeEach<Item>(items: readonly Item[], passes: number, work: (item: Item) => unknown): Promise<number[]> {
  for (const item of items) await work(item);
  const times: number[] = [];
  for (let pass = 0; pass < passes; pass += 1) {
    for (const item of items) {
      const since = performance.now();
      await work(item);
      times.push(performance.now() - since);
    }
  }
  return times;
}

/** Resident memory after a collection of garbage, where that was allowed. */
export function residentBytes(): number {
  globalThis.gc?.();
  return process.memoryUsage.rss();
}
