import { structuredPatch } from 'diff';
import { writeEntry } from './config-document.ts';
import type { RegistrationPlan } from './plan-registration.ts';

/**
 * The change as lines, `-` and `+` with their numbers. Never a line of something else: the keys and tokens
 * of other servers are in this file, and this text ends up on screens and in transcripts. Where ours
 * shares a line with others, the entry is shown by itself, laid out.
 */
export function describeChange({ client, file, before, after, entry }: RegistrationPlan): string {
  const { hunks } = structuredPatch(file, file, before ?? '', after, '', '', { context: 0 });
  if (hunks.length === 0) return '';
  const lines = hunks.flatMap(({ oldStart, oldLines, newStart, newLines, lines: changed }) => [
    `@@ -${oldStart},${oldLines} +${newStart},${newLines} @@`,
    ...withoutCommas(changed.filter((line) => !line.startsWith('\\')).map((line) => line.replace(/\r$/, ''))),
  ]);
  const [entryBefore, entryAfter] = [entry.before, entry.after].map((value) =>
    value === undefined ? '' : `${writeEntry(client.format, entry.keys, value)}\n`,
  ) as [string, string];
  const own = new Set(`${entryBefore}${entryAfter}`.split('\n').map(bare));
  const isOurs = lines.every((line) => line.startsWith('@@') || own.has(bare(line.slice(1))));
  return [
    `--- ${before === null ? '/dev/null' : file}`,
    `+++ ${after === '' ? '/dev/null' : file}`,
    ...(isOurs ? lines : byItself(entryBefore, entryAfter)),
  ].join('\n');
}

const bare = (line: string): string => line.trim().replace(/,$/, '');

function byItself(before: string, after: string): string[] {
  const { hunks } = structuredPatch('', '', before, after, '', '', { context: 0 });
  return ['@@ the entry by itself @@', ...hunks.flatMap(({ lines }) => lines.filter((line) => !line.startsWith('\\')))];
}

/** A line that only got or lost its comma is a neighbour's: it is left out, as it may hold what the others do. */
function withoutCommas(lines: readonly string[]): string[] {
  const [removed, added] = [lines.filter((line) => line.startsWith('-')), lines.filter((line) => line.startsWith('+'))].map(
    (side) => new Set(side.map((line) => line.slice(1).replace(/,$/, ''))),
  ) as [Set<string>, Set<string>];
  return lines.filter((line) => {
    const text = line.slice(1).replace(/,$/, '');
    return !(removed.has(text) && added.has(text));
  });
}
