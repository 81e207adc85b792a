export interface Row {
  name: string;
  medianMs: number;
  minMs: number;
  maxMs: number;
  /** Median of the ratios to the reference of the same round. */
  ratio: number;
  rounds: number;
}

/** The middle value; of an even number the mean of the two in the middle. Throws on an empty list. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.floor((sorted.length - 1) / 2)];
  if (upper === undefined || lower === undefined) throw new Error('the median of nothing was asked for');
  return (upper + lower) / 2;
}

/**
 * One row of a table. `referenceMs[i]` was measured in the same round as `valuesMs[i]`: a slow moment
 * of the machine hits both, so the ratio says more than either time.
 */
export function row(name: string, valuesMs: readonly number[], referenceMs: readonly number[]): Row {
  return {
    name,
    medianMs: median(valuesMs),
    minMs: Math.min(...valuesMs),
    maxMs: Math.max(...valuesMs),
    ratio: median(valuesMs.map((value, round) => value / (referenceMs[round] ?? Number.NaN))),
    rounds: valuesMs.length,
  };
}
