export interface TextSpan {
  /** 1-based, inclusive. */
  startLine: number;
  endLine: number;
  text: string;
}

/**
 * A chunk's text with `contextLines` whole lines around it.
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
    // From here on whole lines: the rest of the line a chunk begins or ends in is no line of context.
    start = lineStart(text, start);
    end = lineEnd(text, end);
    for (let line = 0; line < contextLines && start > 0; line++) {
      start = lineStart(text, start - 1);
      startLine -= 1;
    }
    for (let line = 0; line < contextLines && end < text.length - 1; line++) {
      end = lineEnd(text, end + 1);
      endLine += 1;
    }
  }
  if (end > start && text[end - 1] === '\r') end -= 1;
  return { startLine, endLine, text: text.slice(start, end) };
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
