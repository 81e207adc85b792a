const COMPARE_MS = 300_000;
/** Where something is not watched. */
const COMPARE_UNWATCHED_MS = 60_000;
/** Comparing takes at most this part of the time. */
const COMPARE_SHARE = 1 / 20;
/** After git has changed its index or its HEAD, the folder is compared; not at once, because git does several things in a row. */
const SHORTEST_HINT_MS = 100;
const LONGEST_HINT_MS = 2_000;
/** So many times as long as a comparison takes: git changes its index at every `git status`. */
const HINT_SHARE = 5;

/** When whole folders were compared, and when they are next. Times in milliseconds of the clock. */
export class ComparisonTimes {
  #lastMs: number | undefined;
  #startedMs = 0;
  #tookMs = 0;

  /** When all were last compared. */
  get lastMs(): number | undefined {
    return this.#lastMs;
  }

  /** How long to wait after a hint of git. */
  get hintDelayMs(): number {
    return Math.min(LONGEST_HINT_MS, Math.max(SHORTEST_HINT_MS, this.#tookMs * HINT_SHARE));
  }

  started(nowMs: number): void {
    this.#startedMs = nowMs;
  }

  ended(nowMs: number, tookMs: number): void {
    this.#lastMs = nowMs;
    this.#tookMs = tookMs;
  }

  isDue(nowMs: number, isAllWatched: boolean): boolean {
    const pause = isAllWatched ? COMPARE_MS : Math.max(COMPARE_UNWATCHED_MS, this.#tookMs / COMPARE_SHARE);
    return nowMs - Math.max(this.#lastMs ?? 0, this.#startedMs) >= pause;
  }
}
