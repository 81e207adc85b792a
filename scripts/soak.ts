import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { commitOf } from '../bench/frame/table.ts';
import { trackedFiles } from './check/tracked-files.ts';
import { soakTable } from './testing/soak-table.ts';
import { runVitest } from './testing/run-vitest.ts';

/**
 * The tests that have a full count, with their full counts: `npm run soak`, or those whose path
 * contains a word: `npm run soak -- locks`. A run writes its table to `bench/results/soak-<date>-<commit>[-<words>].md`,
 * to be committed. The last line reads `N passed, N failed`.
 */
const root = path.resolve(import.meta.dirname, '..');

await main(process.argv.slice(2));

async function main(words: readonly string[]): Promise<void> {
  process.env['AGENT_BRAIN_SOAK'] = '1';
  const files = trackedFiles(root).filter((file) => file.endsWith('.test.ts') && !file.startsWith('scripts/') && hasFullCount(file));
  const chosen = words.length === 0 ? files : files.filter((file) => words.some((word) => file.includes(word)));
  if (chosen.length === 0) throw new Error(`no test with a full count has ${words.join(' or ')} in its path`);
  const commit = commitOf(root);
  const { outcomes, otherFailures } = await runVitest(root, { filters: chosen });
  const page = soakTable(outcomes, { date: new Date(), commit, load: os.loadavg()[0] ?? 0 });
  console.log(`\n${page}`);
  writePage(page, [new Date().toISOString().slice(0, 10), commit, ...words.map((word) => word.replace(/[^\w.]+/g, '-'))]);
  if (otherFailures.length > 0) console.log(`Failures beside the tests:\n  ${otherFailures.join('\n  ')}`);

  const passed = outcomes.filter(({ state }) => state === 'passed').length;
  const failed = outcomes.filter(({ state }) => state === 'failed').length + otherFailures.length;
  if (failed > 0 || passed === 0) process.exitCode = 1;
  console.log(`\n${passed} passed, ${failed} failed`);
}

function hasFullCount(file: string): boolean {
  return /AGENT_BRAIN_SOAK|requireSoak\(|withinMs\(/.test(readFileSync(path.join(root, file), 'utf8'));
}

function writePage(page: string, name: readonly string[]): void {
  const folder = path.join(root, 'bench/results');
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, `soak-${name.join('-')}.md`);
  writeFileSync(file, page);
  console.log(`Written to ${path.relative(root, file)}`);
}
