import { build, serve, started } from './measure-engine.ts';
import { measureFts5 } from './measure-fts5.ts';
import { measurePostings } from './measure-postings.ts';
import { measureStages } from './measure-stages.ts';

/** What runs in a process of its own, so that its memory is its own. `node child.ts NAME JSON` prints what was measured as JSON. */
const measures = {
  build,
  started,
  serve,
  stages: ({ root }: { root: string }) => measureStages(root),
  postings: measurePostings,
  fts5: measureFts5,
  // Loaded where it is measured, and nowhere else.
  minisearch: async (order: { root: string; questions: string[] }) => (await import('./measure-minisearch.ts')).measureMiniSearch(order),
};

export type MeasureName = keyof typeof measures;

const [name, order] = process.argv.slice(2) as [MeasureName, string];
const measure = measures[name] as (order: unknown) => Promise<unknown>;
process.stdout.write(`${JSON.stringify(await measure(JSON.parse(order)))}\n`);
