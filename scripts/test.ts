import { readFileSync } from 'node:fs';
import path from 'node:path';
import { trackedFiles } from './check/tracked-files.ts';
import { allowedKeys, judgeSkips } from './testing/outcome.ts';
import { runVitest, type TestRun } from './testing/run-vitest.ts';
import { filesToRepeat, takeSecondLook } from './testing/second-look.ts';

/**
 * All tests that this machine offers: `npm test`, or those whose path contains a word:
 * `npm test -- runtime/locks`. Skipped tests are listed with their reasons; a skip without one fails
 * the run, and so does a test file that nobody ran. A failure among real processes is looked at once more, alone. With CI set, only the reasons of
 * `scripts/allowed-skips.txt` are accepted. The last line reads `N passed, N failed`.
 */
const root = path.resolve(import.meta.dirname, '..');

await main(process.argv.slice(2));

async function main(filters: readonly string[]): Promise<void> {
  const written = filters.length > 0 ? [] : trackedFiles(root).filter((file) => file.endsWith('.test.ts'));
  const { outcomes, files, otherFailures } = await lookTwice(await runVitest(root, filters));
  const inCi = (process.env['CI'] ?? '') !== '';
  const skips = judgeSkips(outcomes, inCi ? allowedKeys(readFileSync(path.join(root, 'scripts/allowed-skips.txt'), 'utf8')) : undefined);
  const unseen = written.filter((file) => !files.includes(file));
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
  const second = await runVitest(root, files);
  const { outcomes, unsteady } = takeSecondLook(first.outcomes, second.outcomes);
  if (unsteady.length > 0) console.log(`\nUnsteady, to be mended (failed among others, passed alone):\n  ${unsteady.join('\n  ')}`);
  return { ...first, outcomes, otherFailures: second.otherFailures };
}
