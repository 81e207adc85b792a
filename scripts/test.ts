import { readFileSync } from 'node:fs';
import path from 'node:path';
import { commitOf } from '../bench/frame/table.ts';
import { trackedFiles } from './check/tracked-files.ts';
import { allowedKeys, judgeSkips } from './testing/outcome.ts';
import { runVitest, type TestRun } from './testing/run-vitest.ts';
import { withRealProcesses } from './testing/real-processes.ts';
import { filesToRepeat, takeSecondLook } from './testing/second-look.ts';
import { committedHistory, remember } from './testing/unsteady-history.ts';

/**
 * All tests that this machine offers: `npm test`, or those whose path contains a word: `npm test -- runtime/locks`;
 * with `--quick` those without processes of their own. Skipped tests are listed with their reasons; a skip without one fails
 * the run, and so does a test file that nobody ran. A failure among real processes is looked at once more, alone; what
 * passes then is remembered, and the second time it fails the run where CI is set. With CI set, only the reasons of
 * `scripts/allowed-skips.txt` are accepted. The last line reads `N passed, N failed`.
 */
const root = path.resolve(import.meta.dirname, '..');
const inCi = (process.env['CI'] ?? '') !== '';

await main(process.argv.slice(2));

async function main(argv: readonly string[]): Promise<void> {
  const filters = argv.filter((word) => word !== '--quick');
  const isQuick = argv.includes('--quick');
  const written = filters.length > 0 ? [] : trackedFiles(root).filter((file) => file.endsWith('.test.ts'));
  const { outcomes, files, otherFailures } = await lookTwice(await runVitest(root, { filters, isQuick }));
  const skips = judgeSkips(outcomes, inCi ? allowedKeys(readFileSync(path.join(root, 'scripts/allowed-skips.txt'), 'utf8')) : undefined);
  const unseen = written.filter((file) => !(isQuick && withRealProcesses(file)) && !files.includes(file));
  const failures = [...otherFailures, ...skips.refused, ...unseen.map((file) => `test file that was not run: ${file}`)];

  if (skips.reasons.size > 0) console.log('\nSkipped:');
  for (const [reason, count] of skips.reasons) console.log(`  ${count} × ${reason === '' ? 'no reason given' : reason}`);
  if (failures.length > 0) console.log(`\nFailures beside the tests:\n  ${failures.join('\n  ')}`);

  const passed = outcomes.filter(({ state }) => state === 'passed').length;
  const failed = outcomes.filter(({ state }) => state === 'failed').length + failures.length;
  // The first look has set it to 1 where a test failed.
  process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
  console.log(`\n${passed} passed, ${failed} failed`);
}

async function lookTwice(first: TestRun): Promise<TestRun> {
  const files = filesToRepeat(first);
  if (files.length === 0) return first;
  console.log(`\nOnce more, alone: ${files.join(', ')}`);
  const second = await runVitest(root, { filters: files });
  const { outcomes, unsteady } = takeSecondLook(first.outcomes, second.outcomes);
  return { ...first, outcomes, otherFailures: [...second.otherFailures, ...judgeUnsteady(unsteady)] };
}

/** @returns failures: in CI, tests that were unsteady before */
function judgeUnsteady(unsteady: readonly string[]): string[] {
  if (unsteady.length === 0) return [];
  const { lines, again } = remember(root, unsteady, { date: new Date(), commit: commitOf(root) });
  console.log(`\nUnsteady (failed among others, passed alone). Make them steady, or add these lines to ${committedHistory}:`);
  for (const line of lines) console.log(`  ${line}`);
  const known = [...again].map(([name, times]) => `unsteady for the ${times + 1}. time: ${name}`);
  for (const line of known) console.log(`  ${line}`);
  return inCi ? known : [];
}
