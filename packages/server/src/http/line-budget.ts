/** Lines that strangers can cause, in one window. */
const LINES = 100;
const WINDOW_MS = 10_000;

/**
 * Bounds what somebody without a token can write into the log: so many lines in each window, and then their number. Otherwise a
 * flood would rotate away what the log is for.
 */
export class LineBudget {
  #begunAt = Number.NEGATIVE_INFINITY;
  #written = 0;
  #suppressed = 0;

  /** @returns fields for the line to write, with the number of those left out before it; undefined: leave this one out */
  take(): { suppressed?: number } | undefined {
    const now = performance.now();
    if (now - this.#begunAt >= WINDOW_MS) [this.#begunAt, this.#written] = [now, 0];
    if (this.#written >= LINES) {
      this.#suppressed += 1;
      return undefined;
    }
    this.#written += 1;
    const suppressed = this.#suppressed;
    this.#suppressed = 0;
    return suppressed === 0 ? {} : { suppressed };
  }
}
