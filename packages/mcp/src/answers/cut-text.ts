import { excerptAround, type LineRange } from '@agent-brain/contract/query';
import { printableText } from '@agent-brain/runtime/printable';
import { fenceChars } from './fence.ts';

/** How many characters a line takes at the most: inside a JSON string, or escaped. */
const lineLength = (line: string): number => Math.max(JSON.stringify(line).length - 2, printableText(line).length);

/** How many characters a text of a file takes at the most: inside a JSON string, or escaped between fences. */
export const shownLength = (text: string): number => lineLength(text) + fenceChars(text);

export interface Cut {
  readonly text: string;
  /** Lines of the text; 0 when nothing is left of it. */
  readonly lines: number;
  readonly isCut: boolean;
}

/** The beginning of a text that takes at most `room` characters ({@link shownLength}), to the end of a line where there is one. */
export function cutText(text: string, room: number): Cut {
  if (shownLength(text) <= room) return { text, lines: text.split('\n').length, isCut: false };
  const head = longestHead(text, room);
  const lastBreak = head.lastIndexOf('\n');
  const kept = lastBreak > 0 ? head.slice(0, lastBreak) : withoutHalfCharacter(head);
  return { text: kept, lines: kept === '' ? 0 : kept.split('\n').length, isCut: true };
}

export interface CutResult extends Cut {
  /** Lines left out before the text. */
  readonly skippedLines: number;
}

/**
 * The lines of a result around its hit that take at most `room` characters ({@link shownLength}).
 * @param hit positions of its lines in the text, from 0
 */
export function cutAround(text: string, hit: LineRange, room: number): CutResult {
  if (shownLength(text) <= room) return { text, lines: text.split('\n').length, isCut: false, skippedLines: 0 };
  const lines = text.split('\n');
  // A line break takes two characters of JSON.
  const ends = [0];
  for (const line of lines) ends.push((ends.at(-1) as number) + lineLength(line) + 2);
  const inside = room - fenceChars(text);
  const range = excerptAround(lines, hit, ({ first, last }) => (ends[last + 1] as number) - (ends[first] as number) - 2 <= inside);
  if (range === null) return { ...cutText(lines[hit.first] as string, room), isCut: true, skippedLines: hit.first };
  const kept = lines.slice(range.first, range.last + 1);
  return { text: kept.join('\n'), lines: kept.length, isCut: true, skippedLines: range.first };
}

function longestHead(text: string, room: number): string {
  let low = 0;
  let high = Math.min(text.length, Math.max(0, room));
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (shownLength(text.slice(0, middle)) <= room) low = middle;
    else high = middle - 1;
  }
  return text.slice(0, low);
}

const withoutHalfCharacter = (text: string): string => (/[\uD800-\uDBFF]$/.test(text) ? text.slice(0, -1) : text);
