/** Positions in a list of lines, from 0, both inclusive. */
export interface LineRange {
  readonly first: number;
  readonly last: number;
}

/** Lines after the hit explain more than lines before it, so the excerpt grows twice as far downwards. */
const LINES_AFTER_PER_LINE_BEFORE = 2;
/** Lines that may be dropped at an edge to reach the border of a statement. */
const MAX_DROPPED_LINES = 2;

const blank = /^\s*$/;
const onlyCloses = /^\s*(?:[)\]}>;,]+|end\b)[\s)\]};,]*$/;
const opens = /[([{,:=]\s*$/;

/**
 * The largest excerpt around a hit that fits: first the hit's own paragraph, then further lines on both sides. The
 * excerpt always contains the hit, or as many of its first lines as fit. Its edges avoid blank lines, lines that only
 * close a block, and lines that open something that is not shown.
 *
 * @param lines of the text, without line breaks
 * @param hit inside `lines`
 * @param fits whether a range may be shown; a part of a range that fits must fit too
 * @returns null when not even the first line of the hit fits
 */
export function excerptAround(lines: readonly string[], hit: LineRange, fits: (range: LineRange) => boolean): LineRange | null {
  let range: LineRange = { first: hit.first, last: hit.last };
  while (!fits(range)) {
    if (range.last === range.first) return null;
    range = { first: range.first, last: range.last - 1 };
  }
  if (range.last < hit.last) return range;
  const grow = (first: number, last: number): boolean => {
    if (first < 0 || last >= lines.length || !fits({ first, last })) return false;
    range = { first, last };
    return true;
  };
  grow(paragraphStart(lines, range.first), range.last);
  grow(range.first, paragraphEnd(lines, range.last));
  let canGrow = true;
  while (canGrow) {
    canGrow = grow(range.first - 1, range.last);
    for (let line = 0; line < LINES_AFTER_PER_LINE_BEFORE; line++) canGrow = grow(range.first, range.last + 1) || canGrow;
  }
  return trimmedToStatements(lines, range, hit);
}

function paragraphStart(lines: readonly string[], line: number): number {
  let start = line;
  while (start > 0 && !blank.test(lines[start - 1] as string)) start -= 1;
  return start;
}

function paragraphEnd(lines: readonly string[], line: number): number {
  let end = line;
  while (end < lines.length - 1 && !blank.test(lines[end + 1] as string)) end += 1;
  return end;
}

function trimmedToStatements(lines: readonly string[], { first, last }: LineRange, hit: LineRange): LineRange {
  let start = first;
  let end = last;
  const isBlank = (line: number): boolean => blank.test(lines[line] as string);
  const dropStart = (): void => {
    while (start < hit.first && isBlank(start)) start += 1;
  };
  const dropEnd = (): void => {
    while (end > hit.last && isBlank(end)) end -= 1;
  };
  dropStart();
  if (start > 0) {
    for (let dropped = 0; dropped < MAX_DROPPED_LINES && start < hit.first && onlyCloses.test(lines[start] as string); dropped++)
      start += 1;
    dropStart();
  }
  dropEnd();
  if (end < lines.length - 1) {
    for (let dropped = 0; dropped < MAX_DROPPED_LINES && end > hit.last && opens.test(lines[end] as string); dropped++) end -= 1;
    dropEnd();
  }
  return { first: start, last: end };
}
