import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { stagePackage } from '../scripts/packaging/stage.ts';
import { agent } from './benches/agent.ts';
import { commandLine } from './benches/command-line.ts';
import { discovery } from './benches/discovery.ts';
import { editToSearchable } from './benches/edit-to-searchable.ts';
import { savedFile } from './benches/saved-file.ts';
import { serverStart } from './benches/server-start.ts';
import { startStorm } from './benches/start-storm.ts';
import { type EngineWishes, engineBench } from './engine/index.ts';
import type { Bench, World } from './frame/bench.ts';
import { measure } from './frame/measure.ts';
import { daemonBench } from './user-daemon/index.ts';
import { brokenPromises, commitOf, renderPage, renderTable } from './frame/table.ts';

/**
 * Measures the built package and the search engine: `npm run bench`, or some benches by name: `npm run bench -- discovery`.
 * Prints what it found and writes all of it to bench/results/<date>-<commit>.md. Ends with 1 when a promise was not kept.
 *
 *   npm run bench -- engine                       trees that are generated, of some 5,000 and 100,000 chunks
 *   npm run bench -- engine --full                a million chunks as well: minutes, and 5 GB of disk
 *   npm run bench -- engine --corpus DIR[,DIR…]   trees of this machine; DIR+DIR is one tree
 */
const root = path.resolve(import.meta.dirname, '..');
const benches: readonly Bench[] = [serverStart, commandLine, discovery, startStorm, editToSearchable, savedFile, agent];

await main();

async function main(): Promise<void> {
  const options = { corpus: { type: 'string' }, full: { type: 'boolean', default: false } } as const;
  const { positionals: names, values } = parseArgs({ args: process.argv.slice(2), options, allowPositionals: true });
  const known = [...benches.map(({ name }) => name), 'user-daemon', 'engine'];
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) throw new Error(`there is no bench ${unknown.join(' and no ')}; benches are: ${known.join(', ')}`);
  const isChosen = (name: string): boolean => names.length === 0 || names.includes(name);

  const [sections, broken]: [string[], string[]] = [[], []];
  const chosen = benches.filter(({ name }) => isChosen(name));
  const isBuilt = chosen.length > 0 || isChosen('user-daemon');
  const program = !isBuilt ? '' : path.join(await stagePackage(root), 'bin/agent-brain.js');
  for (const bench of chosen) {
    const rows = await inOwnFolder(program, (world) => measure(bench, world));
    const section = renderTable({ bench, rows });
    broken.push(...brokenPromises({ bench, rows }));
    console.log(section);
    sections.push(section);
  }
  if (isChosen('user-daemon')) sections.push(await inOwnFolder(program, daemonBench));
  const wishes: EngineWishes = { corpora: values.corpus, isFull: values.full };
  if (isChosen('engine')) sections.push(await inOwnFolder(program, (world) => engineBench(world, wishes)));
  writePage(sections, names);
  for (const promise of broken) console.error(`Promise not kept: ${promise}`);
  if (broken.length > 0) process.exitCode = 1;
}

function writePage(sections: readonly string[], names: readonly string[]): void {
  const results = path.join(root, 'bench/results');
  mkdirSync(results, { recursive: true });
  const [date, commit] = [new Date(), commitOf(root)];
  const file = path.join(results, `${[date.toISOString().slice(0, 10), commit, ...names].join('-')}.md`);
  writeFileSync(file, renderPage(sections, { date, commit }));
  console.log(`Written to ${path.relative(root, file)}`);
}

async function inOwnFolder<Result>(program: string, work: (world: World) => Promise<Result>): Promise<Result> {
  const folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'ab-bench-')));
  try {
    const env = { ...process.env, AGENT_BRAIN_HOME: path.join(folder, 'home'), NO_COLOR: '1' };
    return await work({ program, repository: root, folder, env });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
