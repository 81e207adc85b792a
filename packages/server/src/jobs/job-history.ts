import type { Job } from '@agent-brain/contract/jobs';
import { withFewSkipExamples } from './job-record.ts';

/** Kept whatever their age (docs/design/jobs.md#store). */
const ALWAYS_KEPT = 200;
const MAX_AGE_MS = 24 * 60 * 60 * 1000;
/** A bound for a day of very many small jobs: some 8 MB in memory and on disk. */
const MAX_KEPT = 5_000;
/** Older jobs keep only a few of their up to 1,000 examples of skipped files: 5,000 full ones would be 500 MB. */
const FULL_STATS_KEPT = 20;

/** What else keeps ended jobs, and follows. */
export interface HistoryKeeper {
  shorten(job: Readonly<Job>): void;
  forget(id: string): void;
}

/** Ended jobs, in the order in which they ended. */
export class JobHistory {
  readonly #keeper: HistoryKeeper;
  /** Oldest first. */
  #jobs: Job[] = [];
  readonly #byId = new Map<string, Job>();

  constructor(keeper: HistoryKeeper) {
    this.#keeper = keeper;
  }

  add(job: Job, nowMs: number): void {
    this.#jobs.push(job);
    this.#byId.set(job.id, job);
    const aged = this.#jobs.at(-1 - FULL_STATS_KEPT);
    if (aged !== undefined && withFewSkipExamples(aged.stats) !== aged.stats) {
      aged.stats = withFewSkipExamples(aged.stats);
      this.#keeper.shorten(aged);
    }
    this.prune(nowMs);
  }

  get(id: string): Job | undefined {
    return this.#byId.get(id);
  }

  newestFirst(nowMs: number): Job[] {
    this.prune(nowMs);
    return this.#jobs.toReversed();
  }

  /** Drops what is too old or too much. */
  prune(nowMs: number): void {
    const isExpired = (job: Job): boolean => nowMs - Date.parse(job.completed_at ?? job.created_at) > MAX_AGE_MS;
    let drop = Math.max(0, this.#jobs.length - MAX_KEPT);
    while (drop < this.#jobs.length - ALWAYS_KEPT && isExpired(this.#jobs[drop] as Job)) drop += 1;
    if (drop === 0) return;
    for (const { id } of this.#jobs.slice(0, drop)) {
      this.#byId.delete(id);
      this.#keeper.forget(id);
    }
    this.#jobs = this.#jobs.slice(drop);
  }
}
