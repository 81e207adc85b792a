import fs from 'node:fs/promises';
import path from 'node:path';
import { writeAtomically } from '@agent-brain/runtime/files';
import type { Clock } from '../clock/index.ts';
import type { Journal } from './journal.ts';
import type { BadLine } from './read-journal.ts';

interface AsideOptions {
  readonly file: string;
  readonly clock: Clock;
  readonly log: { warn(fields: object, message: string): void };
}

/** A file that is damaged again and again must not fill the disk with copies of its damage. */
const MAX_COPIES = 10;
const copyPattern = /^jobs\.corrupt-.*\.jsonl$/;
/** So many bad lines are named one by one. */
const MAX_NAMED = 10;

/** Names bad lines: each, or, when there are many, the first of them and their number in one entry. */
export function logBadLines(bad: readonly BadLine[], { file, log }: Pick<AsideOptions, 'file' | 'log'>): void {
  if (bad.length <= MAX_NAMED) {
    for (const { line, reason } of bad) log.warn({ file, line, reason }, `line ${line} of ${file} is skipped: ${reason}`);
    return;
  }
  const first = bad.slice(0, 3).map(({ line, reason }) => ({ line, reason }));
  log.warn(
    { file, lines: bad.length, first },
    `${bad.length} lines of ${file} are skipped, from line ${first[0]?.line}: ${first[0]?.reason}`,
  );
}

/**
 * Copies lines that nobody can read to `jobs.corrupt-<time>.jsonl` beside the journal.
 *
 * @returns whether the journal may be written anew without them: false when the copy failed
 */
export async function setBadLinesAside(bad: readonly BadLine[], options: AsideOptions): Promise<boolean> {
  if (bad.length === 0) return true;
  const { file, log } = options;
  const copy = path.join(path.dirname(file), asideName(options));
  try {
    await writeAtomically(copy, Buffer.concat(bad.flatMap(({ bytes }) => [bytes, Buffer.from('\n')])));
    log.warn({ file, copy, lines: bad.length }, `the skipped lines were copied to ${copy}`);
    await removeOldCopies(file);
    return true;
  } catch (error) {
    log.warn({ file, err: error }, 'the skipped lines could not be copied, and stay where they are');
    return false;
  }
}

/**
 * Moves a whole journal that none of us has written, or what stands in its place, to `jobs.corrupt-<time>.jsonl`: the
 * work does not depend on how much there is of it.
 *
 * @returns whether it is out of the way
 */
export async function setJournalAside(journal: Journal, reason: string, options: AsideOptions): Promise<boolean> {
  const { file, log } = options;
  const name = asideName(options);
  try {
    await journal.moveAside(name);
    log.warn({ file, set_aside: name, reason }, `the file of jobs ${file} was set aside as ${name} and begun anew: ${reason}`);
    await removeOldCopies(file);
    return true;
  } catch (error) {
    log.warn({ file, reason, err: error }, `the file of jobs ${file} is not used, and could not be set aside: ${reason}`);
    return false;
  }
}

const asideName = ({ clock }: AsideOptions): string => `jobs.corrupt-${new Date(clock.now()).toISOString().replaceAll(/[:.]/g, '-')}.jsonl`;

async function removeOldCopies(file: string): Promise<void> {
  const directory = path.dirname(file);
  const copies = (await fs.readdir(directory)).filter((name) => copyPattern.test(name)).sort();
  for (const name of copies.slice(0, -MAX_COPIES)) await fs.rm(path.join(directory, name), { recursive: true, force: true });
}
