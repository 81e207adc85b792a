import { excerptAround } from '@agent-brain/contract/query';

/** Lines of a file, 1-based, inclusive. */
export interface LineSpan {
  startLine: number;
  endLine: number;
}

export interface TextSpan extends LineSpan {
  text: string;
}

/** Characters of context on either side of a chunk: a minified file is one line, and a hundred results may each have one. */
const maxContextChars = 16_384;

/** Whole lines that are shown before and after a chunk. */
export interface Context {
  readonly before: number;
  readonly after: number;
}

/**
 * A chunk's text with whole lines of context around it; fewer where those would exceed 16,384 characters on their side.
 * @param text of the whole file; offsets in UTF-16 units
 */
export function cutSpan(
  text: string,
  chunk: { startOffset: number; endOffset: number; startLine: number; endLine: number },
  context: Context,
): TextSpan {
  let { startOffset: start, endOffset: end, startLine, endLine } = chunk;
  if (text[end - 1] === '\n') end -= 1;
  if (context.before > 0 || context.after > 0) {
    // Whole lines: the rest of the line a chunk begins or ends in is no line of context.
    const before = linesBefore(text, start, context.before);
    const after = linesAfter(text, end, context.after);
    startLine -= before.lines;
    endLine += after.lines;
    start = before.position;
    end = after.position;
  }
  if (end > start && text[end - 1] === '\r') end -= 1;
  return { startLine, endLine, text: text.slice(start, end) };
}

/** {@link cutSpan} of a text that is read only where it may be shown. @param textBetween UTF-16 units; beyond the end there is nothing */
export function readSpan(
  chunk: { startOffset: number; endOffset: number; startLine: number; endLine: number },
  context: Context,
  textBetween: (start: number, end: number) => string,
): TextSpan {
  // One more than can be context: a line that goes on beyond it is too long in either text.
  const reach = context.before > 0 || context.after > 0 ? maxContextChars + 1 : 0;
  const from = Math.max(0, chunk.startOffset - reach);
  const place = { ...chunk, startOffset: chunk.startOffset - from, endOffset: chunk.endOffset - from };
  return cutSpan(textBetween(from, chunk.endOffset + reach), place, context);
}

interface Reached {
  position: number;
  /** Further lines, besides the one it began in. */
  lines: number;
}

function linesBefore(text: string, from: number, contextLines: number): Reached {
  const reached = { position: from, lines: 0 };
  for (let line = 0; line <= contextLines; line++) {
    if (line > 0 && reached.position === 0) break;
    const start = lineStart(text, line === 0 ? from : reached.position - 1);
    if (from - start > maxContextChars) break;
    reached.position = start;
    reached.lines = line;
  }
  return reached;
}

function linesAfter(text: string, from: number, contextLines: number): Reached {
  const reached = { position: from, lines: 0 };
  for (let line = 0; line <= contextLines; line++) {
    if (line > 0 && reached.position >= text.length - 1) break;
    const end = lineEnd(text, line === 0 ? from : reached.position + 1);
    if (end - from > maxContextChars) break;
    reached.position = end;
    reached.lines = line;
  }
  return reached;
}

/** `lastIndexOf` takes a negative position for 0, and would find a break that is not before it. */
const lineStart = (text: string, position: number): number => (position <= 0 ? 0 : text.lastIndexOf('\n', position - 1) + 1);

const lineEnd = (text: string, from: number): number => {
  const end = text.indexOf('\n', from);
  return end === -1 ? text.length : end;
};

/**
 * Shares of a budget among texts, in characters: short ones get all they need, long ones the same as one
 * another, and what does not divide goes to the first. @returns one share per length; their sum is at most `budget`
 */
export function shareBudget(lengths: readonly number[], budget: number): number[] {
  const shares = lengths.map(() => 0);
  const byLength = lengths.map((length, index) => ({ length, index })).sort((a, b) => a.length - b.length || b.index - a.index);
  let left = budget;
  byLength.forEach(({ length, index }, position) => {
    const share = Math.min(length, Math.floor(left / (byLength.length - position)));
    shares[index] = share;
    left -= share;
  });
  return shares;
}

/** The lines of a hit, and the column (from 0, in UTF-16 units) of its first word of the question in its first line. */
export interface HitSpan extends LineSpan {
  column: number;
}

/** Share of a cut line that precedes the word that was asked for. */
const SHARE_BEFORE_HIT = 1 / 3;

/**
 * The span cut to at most `maxChars` UTF-16 units: whole lines around the hit, or a piece of the hit's first line when
 * not even that fits.
 * @param hit lines as in the file, inside the span
 */
export function trimSpan(span: TextSpan, hit: HitSpan, maxChars: number): TextSpan {
  if (span.text.length <= maxChars) return span;
  const lines = span.text.split('\n');
  const starts = lineStarts(lines);
  const position = hit.startLine - span.startLine;
  const range = excerptAround(
    lines,
    { first: position, last: hit.endLine - span.startLine },
    ({ first, last }) => (starts[last + 1] as number) - (starts[first] as number) - 1 <= maxChars,
  );
  if (range === null) {
    const text = pieceOfLine(lines[position] as string, hit.column, maxChars);
    return { startLine: hit.startLine, endLine: hit.startLine, text };
  }
  const text = lines.slice(range.first, range.last + 1).join('\n');
  return { startLine: span.startLine + range.first, endLine: span.startLine + range.last, text };
}

function pieceOfLine(line: string, column: number, maxChars: number): string {
  const from = Math.max(0, Math.min(column - Math.floor(maxChars * SHARE_BEFORE_HIT), line.length - maxChars));
  return withoutHalfCharacters(line.slice(from, from + maxChars));
}

/** Where each line begins, and one more where a line after the last would. */
function lineStarts(lines: readonly string[]): number[] {
  const starts = [0];
  for (const line of lines) starts.push((starts.at(-1) as number) + line.length + 1);
  return starts;
}

const withoutHalfCharacters = (text: string): string => text.replace(/^[\uDC00-\uDFFF]/, '').replace(/[\uD800-\uDBFF]$/, '');
