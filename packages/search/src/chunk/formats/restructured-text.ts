import type { LineTable } from '../line-table.ts';
import { boundary } from '../outline.ts';
import { type DocumentFormat, lineText, type LineReader, plainTitle, proseScore } from './document-format.ts';

const ADORNMENT = /^([=\-~^"'`#*+.:_<>!$%&,;?@\\/|])\1{2,}$/;

/** reStructuredText: a title is underlined, perhaps overlined; the order in which adornments appear gives the levels. */
export const restructuredText: DocumentFormat = {
  reader(text, lines) {
    const reader = new AdornmentReader(text, lines);
    return (line, afterBlank) => reader.read(line, afterBlank);
  },
};

class AdornmentReader {
  readonly #text: string;
  readonly #lines: LineTable;
  readonly #styles: string[] = [];

  constructor(text: string, lines: LineTable) {
    this.#text = text;
    this.#lines = lines;
  }

  read(line: number, afterBlank: boolean): ReturnType<LineReader> {
    const first = this.#lines.firsts[line] as number;
    const indent = this.#lines.indents[line] as number;
    if (first === 0) return boundary.continuation;
    const style = indent === 0 && line > 0 && !isLetter(first) ? this.#titleStyle(line) : '';
    if (style === '') return this.#proseScore(line, first, indent, afterBlank);
    const overlined = style.length === 2;
    const title = plainTitle(lineText(this.#text, this.#lines, line - 1));
    return { level: this.#levelOf(style), title, start: line - (overlined ? 2 : 1) };
  }

  /** The adornment of the title that ends at this line, doubled when it stands above as well; empty when it is none. */
  #titleStyle(line: number): string {
    const mark = ADORNMENT.exec(lineText(this.#text, this.#lines, line))?.[1];
    if (mark === undefined || this.#lines.firsts[line - 1] === 0) return '';
    const title = lineText(this.#text, this.#lines, line - 1);
    const width = lineText(this.#text, this.#lines, line).length;
    if (ADORNMENT.test(title) || width < Math.min(title.length, 4)) return '';
    const above = line >= 2 ? lineText(this.#text, this.#lines, line - 2) : '';
    if (ADORNMENT.exec(above)?.[1] === mark) return mark + mark;
    const alone = line < 2 || this.#lines.firsts[line - 2] === 0 || above.startsWith('.. ');
    return alone && this.#lines.indents[line - 1] === 0 ? mark : '';
  }

  #levelOf(style: string): number {
    const known = this.#styles.indexOf(style);
    if (known >= 0) return known + 1;
    this.#styles.push(style);
    return this.#styles.length;
  }

  /** `.. directive::` begins a paragraph; a label (`.. _name:`) belongs to what follows it. */
  #proseScore(line: number, first: number, indent: number, afterBlank: boolean): number {
    const label = first === 0x2e && this.#text.startsWith('.. _', this.#lines.bodies[line]);
    return label ? boundary.strong : proseScore(first, indent, afterBlank);
  }
}

function isLetter(code: number): boolean {
  return (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a) || code >= 128;
}
