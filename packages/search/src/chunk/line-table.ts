/** Where the lines of a text are. A line ends at `\n`, which belongs to it, and at the end of the text. */
export interface LineTable {
  readonly count: number;
  /** UTF-16 offset of each line's first unit; one more entry holds the length of the text. */
  readonly starts: Uint32Array;
  /** Offset of the first unit that is not white space; the end of the line when it is blank. */
  readonly bodies: Uint32Array;
  /** Columns before the body, a tab reaching the next multiple of 4; at most 1,000. */
  readonly indents: Uint16Array;
  /** Code unit at the body, 0 for a blank line. */
  readonly firsts: Uint16Array;
}

const TAB_WIDTH = 4;
const INDENT_MAX = 1000;

export function lineTable(text: string): LineTable {
  const count = countLines(text);
  // One buffer for all columns: most files are small, and a buffer costs more than what stands in it.
  const buffer = new ArrayBuffer(12 * count + 4);
  const starts = new Uint32Array(buffer, 0, count + 1);
  const bodies = new Uint32Array(buffer, 4 * count + 4, count);
  const indents = new Uint16Array(buffer, 8 * count + 4, count);
  const firsts = new Uint16Array(buffer, 10 * count + 4, count);
  let start = 0;
  for (let line = 0; line < count; line++) {
    const newline = text.indexOf('\n', start);
    const end = newline < 0 ? text.length : newline + 1;
    let body = start;
    let column = 0;
    let code = 0;
    for (; body < end; body++) {
      code = text.charCodeAt(body);
      if (code === 0x20) column++;
      else if (code === 0x09) column += TAB_WIDTH - (column % TAB_WIDTH);
      else if (!isOtherSpace(code)) break;
    }
    starts[line] = start;
    bodies[line] = body;
    indents[line] = Math.min(column, INDENT_MAX);
    // NUL would read as a blank line.
    firsts[line] = body === end ? 0 : code || 1;
    start = end;
  }
  starts[count] = text.length;
  return { count, starts, bodies, indents, firsts };
}

/** 0-based line that holds `offset`, between lines `from` and `lines.count - 1`. */
export function lineAt(lines: LineTable, offset: number, from: number): number {
  let low = from;
  let high = lines.count - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((lines.starts[middle] as number) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

function countLines(text: string): number {
  let count = 0;
  for (let position = 0; position >= 0 && position < text.length; count++) {
    const newline = text.indexOf('\n', position);
    position = newline < 0 ? text.length : newline + 1;
  }
  return count;
}

/** Line feed, carriage return, vertical tab, form feed, no-break space, byte order mark. */
function isOtherSpace(code: number): boolean {
  return (code >= 0x0a && code <= 0x0d) || code === 0xa0 || code === 0xfeff;
}
