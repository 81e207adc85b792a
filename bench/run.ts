import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { stagePackage } from '../scripts/packaging/stage.ts';
import { commandLine } from './benches/command-line.ts';
import { discovery } from './benches/discovery.ts';
import { editToSearchable } from './benches/edit-to-searchable.ts';
import { serverStart } from './benches/server-start.ts';
import { startStorm } from './benches/start-storm.ts';
import type { Bench } from './frame/bench.ts';
import { measure } from './frame/measure.ts';
import { commitOf, renderPage, renderTable, type Table } from './frame/table.ts';

/**
 * Measures the built package: `npm run bench`, or some benches by name: `npm run bench -- discovery`.
 * Prints one table per bench and writes all of them to bench/results/<date>-<commit>.md.
 */
const root = path.resolve(import.meta.dirname, '..');
const benches: readonly Bench[] = [serverStart, commandLine, discovery, startStorm, editToSearchable];

await main(process.argv.slice(2));

async function main(names: readonly string[]): Promise<void> {
  const chosen = benches.filter(({ name }) => names.length === 0 || names.includes(name));
  if (chosen.length < names.length) throw new Error(`benches are: ${benches.map(({ name }) => name).join(', ')}`);
  const program = path.join(await stagePackage(root), 'bin/agent-brain.js');
  const tables: Table[] = [];
  for (const bench of chosen) {
    const table = { bench, rows: await measureInOwnFolder(bench, program) };
    console.log(renderTable(table));
    tables.push(table);
  }
  const results = path.join(root, 'bench/results');
  mkdirSync(results, { recursive: true });
  const [date, commit] = [new Date(), commitOf(root)];
  const file = path.join(results, `${date.toISOString().slice(0, 10)}-${commit}.md`);
  writeFileSync(file, renderPage(tables, { date, commit }));
  console.log(`Written to ${path.relative(root, file)}`);
}

async function measureInOwnFolder(bench: Bench, program: string): Promise<Table['rows']> {
  const folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'ab-bench-')));
  try {
    const env = { ...process.env, AGENT_BRAIN_HOME: path.join(folder, 'home'), NO_COLOR: '1' };
    return await measure(bench, { program, repository: root, folder, env });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
