export interface TextSpan {
  /** 1-based, inclusive. */
  startLine: number;
  endLine: number;
  text: string;
}

/** Characters of context on either side of a chunk: a minified file is one line, and a hundred results may each have one. */
const maxContextChars = 16_384;

/**
 * A chunk's text with `contextLines` whole lines around it; fewer where those would be over 16,384 characters
 * on their side.
 * @param text of the whole file; offsets in UTF-16 units
 */
export function cutSpan(
  text: string,
  chunk: { startOffset: number; endOffset: number; startLine: number; endLine: number },
  contextLines: number,
): TextSpan {
  let { startOffset: start, endOffset: end, startLine, endLine } = chunk;
  if (text[end - 1] === '\n') end -= 1;
  if (contextLines > 0) {
    // Whole lines: the rest of the line a chunk begins or ends in is no line of context.
    const before = linesBefore(text, start, contextLines);
    const after = linesAfter(text, end, contextLines);
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
  contextLines: number,
  textBetween: (start: number, end: number) => string,
): TextSpan {
  // One more than can be context: a line that goes on beyond it is too long in either text.
  const reach = contextLines > 0 ? maxContextChars + 1 : 0;
  const from = Math.max(0, chunk.startOffset - reach);
  const place = { ...chunk, startOffset: chunk.startOffset - from, endOffset: chunk.endOffset - from };
  return cutSpan(textBetween(from, chunk.endOffset + reach), place, contextLines);
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

/** The span cut to so many characters, after a whole line where that leaves anything. */
export function trimSpan(span: TextSpan, maxChars: number): TextSpan {
  if (span.text.length <= maxChars) return span;
  const room = span.text.slice(0, maxChars);
  const lastBreak = room.lastIndexOf('\n');
  const text = lastBreak > 0 ? room.slice(0, lastBreak) : withoutHalfCharacter(room);
  const lines = text.split('\n').length;
  return { startLine: span.startLine, endLine: span.startLine + lines - 1, text };
}

const withoutHalfCharacter = (text: string): string => (/[\uD800-\uDBFF]$/.test(text) ? text.slice(0, -1) : text);
