import fs from 'node:fs/promises';
import path from 'node:path';
import { removeFile, writeAtomically } from '@agent-brain/runtime/files';
import type { Clock } from '../clock/index.ts';
import type { BadLine } from './read-journal.ts';

/** A file that is damaged again and again must not fill the disk with copies of its damage. */
const MAX_COPIES = 10;
const copyPattern = /^jobs\.corrupt-.*\.jsonl$/;

/**
 * Copies lines that nobody can read to `jobs.corrupt-<time>.jsonl` beside the journal.
 *
 * @returns whether the journal may be written anew without them: false when the copy failed
 */
export async function setBadLinesAside(
  bad: readonly BadLine[],
  { file, clock, log }: { file: string; clock: Clock; log: { warn(fields: object, message: string): void } },
): Promise<boolean> {
  if (bad.length === 0) return true;
  const directory = path.dirname(file);
  const time = new Date(clock.now()).toISOString().replaceAll(/[:.]/g, '-');
  const copy = path.join(directory, `jobs.corrupt-${time}.jsonl`);
  try {
    await writeAtomically(copy, Buffer.concat(bad.flatMap(({ bytes }) => [bytes, Buffer.from('\n')])));
    log.warn({ file, copy, lines: bad.length }, `the skipped lines were copied to ${copy}`);
    const copies = (await fs.readdir(directory)).filter((name) => copyPattern.test(name)).sort();
    for (const name of copies.slice(0, -MAX_COPIES)) await removeFile(path.join(directory, name));
    return true;
  } catch (error) {
    log.warn({ file, err: error }, 'the skipped lines could not be copied, and stay where they are');
    return false;
  }
}
