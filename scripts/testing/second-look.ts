import type { TestOutcome } from './outcome.ts';
import { withRealProcesses } from './real-processes.ts';
import type { TestRun } from './run-vitest.ts';

/** More files than this failing at once is no accident of a crowded machine. */
const MOST_FILES = 2;

/**
 * Test files that are run a second time, alone: those with real processes, whose bounds a machine that stalls for
 * half a minute can break. Unit and property tests fail at once; so does everything when more than two files fail.
 */
export function filesToRepeat({ outcomes, otherFailures }: TestRun): string[] {
  if (otherFailures.length > 0) return [];
  const failed = new Set(outcomes.filter(({ state }) => state === 'failed').map(({ file }) => file));
  const repeatable = failed.size <= MOST_FILES && [...failed].every(withRealProcesses);
  return repeatable ? [...failed] : [];
}

/**
 * The outcomes with those of the second run in the place of the first's.
 * @returns besides, the names of the tests that failed first and passed then: faults of the test or of the
 * product that are printed for somebody to mend
 */
export function takeSecondLook(
  first: readonly TestOutcome[],
  second: readonly TestOutcome[],
): { outcomes: TestOutcome[]; unsteady: string[] } {
  const again = new Map(second.map((outcome) => [outcome.name, outcome]));
  const outcomes = first.map((outcome) => (outcome.state === 'failed' ? (again.get(outcome.name) ?? outcome) : outcome));
  const unsteady = first.filter(({ state, name }) => state === 'failed' && again.get(name)?.state === 'passed').map(({ name }) => name);
  return { outcomes, unsteady };
}
