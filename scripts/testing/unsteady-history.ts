import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/*
 * A test that failed among others and passed alone is remembered, because the second time it is no accident. There are two
 * histories of one form, `<date> <commit> <name of the test>` a line: one below `node_modules`, which each run on this
 * machine goes on with, and one in the repository, for machines that begin anew each time. A line is removed by whoever
 * has made the test steady.
 */
export const localHistory = 'node_modules/.cache/unsteady-tests.txt';
export const committedHistory = 'scripts/testing/unsteady-tests.txt';

/** Names that a history holds, with how often it does. `#` begins a comment. */
export function namesIn(text: string): Map<string, number> {
  const names = new Map<string, number>();
  for (const line of text.split('\n')) {
    const name = /^\d{4}-\d\d-\d\d \S+ (.+)$/.exec(line)?.[1];
    if (name !== undefined) names.set(name, (names.get(name) ?? 0) + 1);
  }
  return names;
}

export interface Remembered {
  /** Lines for the committed history. */
  readonly lines: readonly string[];
  /** Names that were unsteady before, with how often. */
  readonly again: ReadonlyMap<string, number>;
}

/** Adds the tests that were unsteady in this run to the history of this machine. */
export function remember(root: string, unsteady: readonly string[], { date, commit }: { date: Date; commit: string }): Remembered {
  const before = [localHistory, committedHistory]
    .map((file) => path.join(root, file))
    .filter((file) => existsSync(file))
    .map((file) => namesIn(readFileSync(file, 'utf8')));
  const timesSeen = (name: string): number => before.reduce((sum, names) => sum + (names.get(name) ?? 0), 0);
  const lines = unsteady.map((name) => `${date.toISOString().slice(0, 10)} ${commit} ${name}`);
  const local = path.join(root, localHistory);
  mkdirSync(path.dirname(local), { recursive: true });
  if (lines.length > 0) appendFileSync(local, `${lines.join('\n')}\n`);
  return { lines, again: new Map(unsteady.map((name) => [name, timesSeen(name)] as const).filter(([, times]) => times > 0)) };
}
