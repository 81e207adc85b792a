/** Lower and upper end of a 95 % percentile interval. */
export type Interval = readonly [low: number, high: number];

/** Values that are drawn together, because they are not independent of one another. */
export interface Unit {
  sum: number;
  count: number;
}

export interface Resampling {
  samples: number;
  seed: number;
}

const defaultResampling: Resampling = { samples: 10_000, seed: 1 };

/** Numbers in [0, 1), the same for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** How far the mean could lie elsewhere had other units been drawn: 95 % of the means of samples drawn with replacement. */
export function bootstrapInterval(units: readonly Unit[], { samples, seed }: Resampling = defaultResampling): Interval {
  const random = seededRandom(seed);
  const means = Float64Array.from({ length: samples }, () => {
    let sum = 0;
    let count = 0;
    for (let drawn = 0; drawn < units.length; drawn++) {
      const unit = units[Math.floor(random() * units.length)] as Unit;
      sum += unit.sum;
      count += unit.count;
    }
    return sum / count;
  }).toSorted();
  return [means[Math.floor(samples * 0.025)] as number, means[Math.ceil(samples * 0.975) - 1] as number];
}

/** Each value by itself. */
export const singleUnits = (values: readonly number[]): Unit[] => values.map((sum) => ({ sum, count: 1 }));

/** Values with one key are one unit: the queries of one repository share its peculiarities. */
export function groupedUnits(values: readonly number[], keys: readonly string[]): Unit[] {
  const units = new Map<string, Unit>();
  values.forEach((value, index) => {
    const key = keys[index] as string;
    const unit = units.get(key) ?? { sum: 0, count: 0 };
    units.set(key, { sum: unit.sum + value, count: unit.count + 1 });
  });
  return [...units.values()];
}

/** Of nothing it is 0. */
export const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
