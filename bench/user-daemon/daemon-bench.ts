import type { World } from '../frame/bench.ts';
import { median } from '../frame/statistics.ts';
import { type FairnessRound, measureFairness, type Phase } from './measure-fairness.ts';
import { type ManyProjects, measureMany } from './measure-many.ts';

/** The user daemon: what one project's indexing costs another's questions, and what fifty projects cost. Linux, by /proc. */
export async function daemonBench(world: World): Promise<string> {
  const page = `${renderFairness(await measureFairness(world))}\n${renderMany(await measureMany(world))}`;
  process.stdout.write(`${page}\n`);
  return page;
}

const ms = (value: number): string => value.toFixed(1);
const share = (value: number): string => `${Math.round(value * 100)} %`;
const shares = ({ answering, indexing }: Phase): string => `${share(answering)} + ${share(indexing)}`;

function renderFairness(rounds: readonly FairnessRound[]): string {
  const ratios = rounds.map(({ idle, busy }) => busy.p95 / idle.p95);
  const lines = rounds.map(
    ({ idle, busy, chunks, indexedInMs }, index) =>
      `| ${index + 1} | ${ms(idle.p50)} | ${ms(idle.p95)} | ${shares(idle)} | ${ms(busy.p50)} | ${ms(busy.p95)} | ${ms(busy.maxMs)} | ${shares(busy)} | ${busy.asked} | ${(busy.p95 / idle.p95).toFixed(2)} | ${chunks} in ${(indexedInMs / 1000).toFixed(1)} s |`,
  );
  return `## user-daemon

One project of a daemon is asked, some fifteen times a second, while another one is idle and while it is indexed. In turn, round by round; processor as shares of all cores: threads that answer + threads that index (which run at a lower priority).

**p95 while the other is indexed: × ${median(ratios).toFixed(2)} of idle (median of ${rounds.length} rounds, ${Math.min(...ratios).toFixed(2)}–${Math.max(...ratios).toFixed(2)}).**

| round | idle p50 ms | p95 | processor | indexing p50 ms | p95 | max | processor | asked | p95 × idle | indexed |
|---|---:|---:|---|---:|---:|---:|---|---:|---:|---|
${lines.join('\n')}
`;
}

function renderMany({ memory, startMs }: ManyProjects): string {
  const lines = memory.map(({ what, all, anonymous }) => `| ${what} | ${all.toFixed(0)} | ${anonymous.toFixed(0)} |`);
  return `Resident memory of the daemon, MB. A start with all these projects in the registry took ${startMs.toFixed(0)} ms until the record stood there.

| | all | of which no file stands behind |
|---|---:|---:|
${lines.join('\n')}
`;
}
