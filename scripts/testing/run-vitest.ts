import os from 'node:os';
import path from 'node:path';
import { startVitest, type TestModule } from 'vitest/node';
import { keepTimes, readTimes } from './expected-time.ts';
import type { TestOutcome } from './outcome.ts';
import { Progress } from './progress.ts';

export interface TestRun {
  outcomes: TestOutcome[];
  /** Test files that ran, relative to `root`. */
  files: string[];
  /** Failures outside of any test: a file that does not load, a leak, an unhandled rejection. */
  otherFailures: string[];
}

export interface RunOptions {
  /** The files whose path contains one of these; all of them when it is empty. */
  readonly filters: readonly string[];
  /** Only files without processes of their own. */
  readonly isQuick?: boolean;
}

/** Runs tests, and says how long they will take. */
export async function runVitest(root: string, { filters, isQuick = false }: RunOptions): Promise<TestRun> {
  const times = readTimes(root);
  const progress = new Progress({
    root,
    times,
    workers: Math.max(2, os.availableParallelism()),
    print: (line) => process.stdout.write(`${line}\n`),
    now: () => performance.now(),
  });
  const projects = isQuick ? { project: 'quick' } : {};
  const vitest = await startVitest('test', [...filters], { root, watch: false, reporters: ['default', progress], ...projects });
  keepTimes(root, times, progress.measured);
  const modules = vitest.state.getTestModules();
  const run: TestRun = {
    outcomes: modules.flatMap((module) => outcomesOf(root, module)),
    files: modules.map((module) => path.relative(root, module.moduleId)),
    otherFailures: [
      ...modules.flatMap((module) =>
        [module, ...module.children.allSuites()].flatMap((part) =>
          part.errors().map((error) => `${path.relative(root, module.moduleId)}: ${error.message}`),
        ),
      ),
      ...vitest.state.getUnhandledErrors().map((error) => `unhandled: ${messageOf(error)}`),
    ],
  };
  await vitest.close();
  return run;
}

/** Errors of another process come as plain objects, some without a prototype. */
const messageOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : JSON.stringify(error);

function outcomesOf(root: string, module: TestModule): TestOutcome[] {
  const file = path.relative(root, module.moduleId);
  return [...module.children.allTests()].map((test) => {
    const result = test.result();
    const name = `${file} > ${test.fullName}`;
    // `noteFigure` of the test harness puts them there.
    const { figures } = test.meta() as { figures?: string[] };
    if (result.state === 'passed' || result.state === 'failed')
      return { file, name, state: result.state, durationMs: test.diagnostic()?.duration, figures };
    if (result.state === 'skipped') return { file, name, state: 'skipped', reason: result.note };
    return { file, name, state: 'failed' };
  });
}
