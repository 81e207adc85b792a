/**
 * Counts of observations by upper bound, as Prometheus wants them. Kept by hand so that measuring
 * costs nothing at start-up: the library that prints it loads with the first scrape.
 */
export class Histogram {
  readonly bounds: readonly number[];
  /** Per bound, not cumulative; the last one is +Inf. */
  readonly #counts: number[];
  #sum = 0;

  constructor(bounds: readonly number[]) {
    this.bounds = bounds;
    this.#counts = Array(bounds.length + 1).fill(0);
  }

  observe(value: number): void {
    const index = this.bounds.findIndex((bound) => value <= bound);
    const slot = index === -1 ? this.bounds.length : index;
    this.#counts[slot] = (this.#counts[slot] ?? 0) + 1;
    this.#sum += value;
  }

  /** Cumulative counts, one per bound and one for +Inf. */
  cumulative(): number[] {
    let total = 0;
    return this.#counts.map((count) => (total += count));
  }

  get sum(): number {
    return this.#sum;
  }
}
