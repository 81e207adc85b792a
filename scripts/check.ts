import path from 'node:path';
import { changedAreas } from './check/changed-areas.ts';
import { docs } from './check/docs.ts';
import { direction } from './check/direction.ts';
import { format } from './check/format.ts';
import { kernel } from './check/kernel.ts';
import { lint } from './check/lint.ts';
import { floorFindings, type Part } from './check/part.ts';
import { tidy } from './check/tidy.ts';
import { typecheck } from './check/typecheck.ts';
import { unused } from './check/unused.ts';

/**
 * Everything about the repository that can be judged without running it: `npm run check`, or some
 * parts of it by name: `npm run check -- lint tidy`. With `--changed` the parts that can look at the packages
 * and folders alone that differ from the main branch do so. Prints what was found, then one line per part
 * with the files it saw; exits 1 when anything was found or a part did not see every file.
 */
const root = path.resolve(import.meta.dirname, '..');
const parts: readonly Part[] = [typecheck, kernel, lint, format, direction, unused, tidy, docs];

await main(process.argv.slice(2));

async function main(argv: readonly string[]): Promise<void> {
  const names = argv.filter((word) => word !== '--changed');
  const areas = argv.includes('--changed') ? changedAreas(root) : undefined;
  const unknown = names.filter((name) => !parts.some((part) => part.name === name));
  if (unknown.length > 0) {
    console.error(`No such part: ${unknown.join(', ')}. Parts: ${parts.map((part) => part.name).join(', ')}`);
    process.exitCode = 2;
    return;
  }
  if (argv.includes('--changed'))
    console.log(areas === undefined ? 'Everything: a file that decides for all has changed' : `Changed: ${areas.join(', ') || 'nothing'}`);
  const summary: string[] = [];
  for (const part of parts.filter(({ name }) => names.length === 0 || names.includes(name))) summary.push(await runPart(part, areas));
  console.log(`\n${summary.join('\n')}`);
}

async function runPart(part: Part, areas: readonly string[] | undefined): Promise<string> {
  const started = performance.now();
  const result = await part.run(root, areas);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  const minimum = areas === undefined ? part.minimum : 0;
  const floor = floorFindings({ name: part.name, minimum }, result);
  const findings = [...result.findings, ...floor];
  if (findings.length > 0) {
    process.exitCode = 1;
    console.log([`\n${part.name}: ${part.question}?`, ...findings, ...(floor.length > 0 ? (result.notes ?? []) : [])].join('\n  '));
  }
  const verdict = findings.length === 0 ? 'ok' : `${findings.length} findings`;
  return `${part.name.padEnd(10)} ${verdict.padEnd(13)} ${result.seen} of ${result.expected} files, floor ${minimum}, ${seconds} s`;
}
