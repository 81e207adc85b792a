import { structuredPatch } from 'diff';
import type { RegistrationPlan } from './plan-registration.ts';

/**
 * The change as lines, `-` and `+` with their numbers. Without lines around it: those of other servers hold keys and
 * tokens, and this text ends up on screens and in transcripts.
 */
export function describeChange({ file, before, after }: Pick<RegistrationPlan, 'file' | 'before' | 'after'>): string {
  const { hunks } = structuredPatch(file, file, before ?? '', after, '', '', { context: 0 });
  if (hunks.length === 0) return '';
  const lines = hunks.flatMap(({ oldStart, oldLines, newStart, newLines, lines: changed }) => [
    `@@ -${oldStart},${oldLines} +${newStart},${newLines} @@`,
    ...withoutCommas(changed.filter((line) => !line.startsWith('\\'))),
  ]);
  return [`--- ${before === null ? '/dev/null' : file}`, `+++ ${file}`, ...lines].join('\n');
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
