import path from 'node:path';
import type { Reporter, TestModule, TestSpecification } from 'vitest/node';
import { assumedMs, clockTime, expectedMs, type FileTimes } from './expected-time.ts';

/** What is asked of a file that has ended. */
interface EndedModule extends Pick<TestModule, 'moduleId'> {
  diagnostic(): Pick<ReturnType<TestModule['diagnostic']>, (typeof partsOfTime)[number]>;
}

const partsOfTime = ['collectDuration', 'duration', 'environmentSetupDuration', 'prepareDuration', 'setupDuration'] as const;

/** Between two lines about how far a run is. */
const EVERY_MS = 10_000;

export interface ProgressOptions {
  readonly root: string;
  readonly times: FileTimes;
  readonly workers: number;
  readonly print: (line: string) => void;
  /** In ms. */
  readonly now: () => number;
}

/** Says before the first test how long a run will take, and while it goes on how far it is. */
export class Progress implements Reporter {
  /** Milliseconds of each file that has ended. */
  readonly measured: Record<string, number> = {};
  readonly #options: ProgressOptions;
  #files: string[] = [];
  #startedMs = 0;
  #saidMs = 0;

  constructor(options: ProgressOptions) {
    this.#options = options;
  }

  onTestRunStart(specifications: readonly Pick<TestSpecification, 'moduleId'>[]): void {
    const { times, workers, print, now } = this.#options;
    this.#files = specifications.map(({ moduleId }) => this.#nameOf(moduleId));
    this.#startedMs = now();
    this.#saidMs = now();
    const expected = expectedMs(times, this.#files, workers);
    print(`${this.#files.length} test files, about ${clockTime(expected)} minutes, ${workers} at once; longer on a busy machine`);
  }

  onTestModuleEnd(module: EndedModule): void {
    const spent = module.diagnostic();
    this.measured[this.#nameOf(module.moduleId)] = Math.round(partsOfTime.reduce((sum, part) => sum + spent[part], 0));
    const { now, print } = this.#options;
    if (now() - this.#saidMs < EVERY_MS) return;
    this.#saidMs = now();
    print(this.#line());
  }

  /** What is left is what was assumed, at the pace of this run. */
  #line(): string {
    const { times, now } = this.#options;
    const done = this.#files.filter((file) => file in this.measured);
    const assumed = (files: readonly string[]): number => files.reduce((sum, file) => sum + assumedMs(times, file), 0);
    const gone = now() - this.#startedMs;
    const left = (gone / Math.max(1, assumed(done))) * assumed(this.#files.filter((file) => !(file in this.measured)));
    return `${done.length} of ${this.#files.length} files, ${clockTime(gone)} gone, about ${clockTime(left)} left`;
  }

  #nameOf(moduleId: string): string {
    return path.relative(this.#options.root, moduleId);
  }
}
