import type { Bench, Sample, World } from './bench.ts';
import { type Row, row } from './statistics.ts';

/** Runs a bench: every round measures the reference and each sample once, in alternating order. */
export async function measure(bench: Bench, world: World): Promise<Row[]> {
  const { samples, finish } = await bench.prepare(world);
  try {
    const all = new Map<string, Sample>([[bench.reference.name, bench.reference.sample], ...Object.entries(samples)]);
    const times = new Map<string, number[]>([...all.keys()].map((name) => [name, []]));
    for (let round = -1; round < bench.rounds; round += 1) {
      const order = [...all];
      if (round % 2 !== 0) order.reverse();
      for (const [name, sample] of order) {
        const elapsedMs = await sample();
        if (round >= 0) times.get(name)?.push(elapsedMs);
      }
    }
    const reference = times.get(bench.reference.name) ?? [];
    return [...times].map(([name, values]) => row(name, values, reference));
  } finally {
    await finish();
  }
}
