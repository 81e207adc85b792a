import path from 'node:path';
import { isWithin } from './is-within.ts';

/** More paths of one directory are cheaper to compare as a whole. */
const MANY_IN_ONE = 300;

/** Changes that are not in the index yet: those that wait, those of the batch under way, those of failed batches. */
export class Changes {
  #waiting = new Set<string>();
  /** Directories that are compared as a whole; how many files of theirs are newer, nobody knows before. */
  #comparisons = new Set<string>();
  /** Those of them, waiting, running or failed, of which something is known to be old. */
  readonly #known = new Set<string>();
  #isExpected = false;
  #running: { paths: ReadonlySet<string>; comparisons: ReadonlySet<string> } | undefined;
  readonly #failed = new Set<string>();
  readonly #failedComparisons = new Set<string>();

  /** A file or a directory that changed. */
  add(changed: string): void {
    this.#failed.delete(changed);
    this.#waiting.add(changed);
  }

  /** @param isKnown something in it is known to have changed, or to be about to */
  compare(directory: string, isKnown = false): void {
    this.#failedComparisons.delete(directory);
    this.#comparisons.add(directory);
    if (isKnown) this.#known.add(directory);
  }

  /** Changes are known to come; which, will be said before it is quiet again. */
  expect(): void {
    this.#isExpected = true;
  }

  /** It is quiet, and nothing has come. */
  expectNothing(): void {
    this.#isExpected = false;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  get isAnyWaiting(): boolean {
    return this.#waiting.size + this.#comparisons.size > 0;
  }

  get isRunning(): boolean {
    return this.#running !== undefined;
  }

  get hasFailed(): boolean {
    return this.#failed.size + this.#failedComparisons.size > 0;
  }

  /** All that waits, as one batch, without what a comparison covers. */
  take(): { paths: string[]; comparisons: string[] } {
    this.#isExpected = false;
    const [paths, comparisons] = [this.#waiting, this.#comparisons];
    this.#running = { paths, comparisons };
    this.#waiting = new Set();
    this.#comparisons = new Set();
    const compared = [...comparisons];
    const left = [...paths].filter((single) => !compared.some((directory) => isWithin(directory, single)));
    return { paths: [...compared, ...manyAsOne(left)], comparisons: compared };
  }

  /** The batch is in the index. */
  done(): void {
    for (const directory of this.#running?.comparisons ?? []) if (!this.#comparisons.has(directory)) this.#known.delete(directory);
    this.#running = undefined;
  }

  /** The batch is not in the index, or only in part. */
  fail(): void {
    for (const changed of this.#running?.paths ?? []) if (!this.#waiting.has(changed)) this.#failed.add(changed);
    for (const directory of this.#running?.comparisons ?? []) if (!this.#comparisons.has(directory)) this.#failedComparisons.add(directory);
    this.#running = undefined;
  }

  /** What has failed waits again. */
  retry(): void {
    for (const changed of this.#failed) this.#waiting.add(changed);
    for (const directory of this.#failedComparisons) this.#comparisons.add(directory);
    this.#failed.clear();
    this.#failedComparisons.clear();
  }

  /** Forgets the others. */
  keep(isOurs: (changed: string) => boolean): void {
    for (const set of [this.#waiting, this.#comparisons, this.#known, this.#failed, this.#failedComparisons])
      for (const changed of set) if (!isOurs(changed)) set.delete(changed);
  }

  /**
   * Files that are known to be newer than the index. What is compared because something in it is known to be old, and what
   * is expected, counts as one file: how many there are, nobody knows before.
   * @param isCounted those of the running batch are counted by others
   */
  pending(isCounted: boolean): number {
    const files = this.#waiting.size + this.#failed.size + (isCounted ? 0 : (this.#running?.paths.size ?? 0));
    return files === 0 && (this.#isExpected || this.#known.size > 0) ? 1 : files;
  }
}

function manyAsOne(paths: readonly string[]): string[] {
  const byDirectory = new Map<string, string[]>();
  for (const single of paths) {
    const directory = path.dirname(single);
    const others = byDirectory.get(directory);
    if (others === undefined) byDirectory.set(directory, [single]);
    else others.push(single);
  }
  return [...byDirectory].flatMap(([directory, all]) => (all.length > MANY_IN_ONE ? [directory] : all));
}
