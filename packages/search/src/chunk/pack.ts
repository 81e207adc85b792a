import type { LineTable } from './line-table.ts';
import { boundary } from './outline.ts';

/** No chunk is smaller unless the file is, as far as `chunkSize` allows. */
const SMALLEST = 200;
const HASHED_UNITS = 48;

/**
 * Offsets where chunks begin, from 0; none for an empty text. A chunk has at most `size` units (one more where a
 * smaller size would split a surrogate pair).
 *
 * Each cut depends on where its chunk begins and on what follows, so after an edit the cuts are the old ones again as
 * soon as one of them coincides. Two rules make that soon: strong boundaries draw the cut to them, and among equal weak ones
 * the content of the line decides, not its position.
 */
export function packLines(text: string, lines: LineTable, scores: Uint8Array, size: number): number[] {
  const cuts: number[] = [];
  if (text.length === 0) return cuts;
  let start = 0;
  let line = 1;
  cuts.push(0);
  while (text.length - start > size) {
    start = nextCut(text, lines, scores, { start, line, size });
    if (start >= text.length) break;
    cuts.push(start);
    while (line < lines.count && (lines.starts[line] as number) <= start) line++;
  }
  return cuts;
}

interface Window {
  readonly start: number;
  /** The first line that begins after `start`. */
  readonly line: number;
  readonly size: number;
}

function nextCut(text: string, lines: LineTable, scores: Uint8Array, window: Window): number {
  const { start, size } = window;
  const smallest = Math.min(SMALLEST, size >> 2);
  const last = Math.min(start + size, text.length - smallest);
  const middle = start + (size >> 1);
  let early = -1;
  let late = -1;
  for (let line = window.line; line < lines.count; line++) {
    const offset = lines.starts[line] as number;
    if (offset > last) break;
    if (offset < start + smallest) continue;
    if (offset < middle) early = early < 0 || (scores[line] as number) >= (scores[early] as number) ? line : early;
    else late = late < 0 ? line : better(text, lines, scores, late, line);
  }
  const cut = choose(scores, early, late);
  return cut < 0 ? cutInLine(text, start, last, size) : (lines.starts[cut] as number);
}

/** A cut in the first half makes a small chunk: only for a strong boundary, or when there is no other. */
function choose(scores: Uint8Array, early: number, late: number): number {
  if (early < 0 || late < 0) return Math.max(early, late);
  const strength = scores[early] as number;
  return strength >= boundary.strong && strength > (scores[late] as number) ? early : late;
}

function better(text: string, lines: LineTable, scores: Uint8Array, held: number, line: number): number {
  const difference = (scores[line] as number) - (scores[held] as number);
  if (difference !== 0) return difference > 0 ? line : held;
  if ((scores[line] as number) >= boundary.strong) return line;
  return lineHash(text, lines, line) <= lineHash(text, lines, held) ? line : held;
}

function lineHash(text: string, lines: LineTable, line: number): number {
  const start = lines.bodies[line] as number;
  const end = Math.min(lines.starts[line + 1] as number, start + HASHED_UNITS);
  let hash = 0x811c9dc5;
  for (let index = start; index < end; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  hash ^= hash >>> 15;
  return Math.imul(hash, 0x2c1b3c6d) >>> 0;
}

/** In the second half of the room: after the last `;`, `}` or separator of lines, else after a comma or white space. */
function cutInLine(text: string, start: number, last: number, size: number): number {
  let soft = -1;
  for (let cut = last; cut > start + (size >> 1); cut--) {
    const before = text.charCodeAt(cut - 1);
    if (endsStatement(before) && text.charCodeAt(cut) !== 0x0a) return cut;
    if (soft < 0 && (before === 0x20 || before === 0x2c || before === 0x09)) soft = cut;
  }
  return soft >= 0 ? soft : safeOffset(text, last, start);
}

/** `;` `}` carriage return, U+2028, U+2029 */
function endsStatement(code: number): boolean {
  return code === 0x3b || code === 0x7d || code === 0x0d || code === 0x2028 || code === 0x2029;
}

/** `offset`, or one less where it would part a pair; always above `floor`. */
function safeOffset(text: string, offset: number, floor: number): number {
  if (!partsPair(text, offset)) return offset;
  return offset - 1 > floor ? offset - 1 : offset + 1;
}

/** Whether a cut here comes between the halves of a surrogate pair, or between CR and LF. */
export function partsPair(text: string, offset: number): boolean {
  const before = text.charCodeAt(offset - 1);
  const after = text.charCodeAt(offset);
  return (before >= 0xd800 && before < 0xdc00 && after >= 0xdc00 && after < 0xe000) || (before === 0x0d && after === 0x0a);
}
