import type { LineTable } from '../line-table.ts';
import { boundary } from '../outline.ts';
import {
  type DocumentFormat,
  type Heading,
  lineText,
  type LineReader,
  plainTitle,
  proseScore,
  withoutTrailing,
} from './document-format.ts';

const FRONT_MATTER_MAX = 200;

/** Markdown and MDX: ATX, setext and HTML headings, fences, front matter, comments. */
export const markdown: DocumentFormat = {
  reader(text, lines) {
    const reader = new MarkdownReader(text, lines);
    return (line, afterBlank) => reader.read(line, afterBlank);
  },
};

class MarkdownReader {
  readonly #text: string;
  readonly #lines: LineTable;
  /** The mark that ends the fence being read; empty outside fences. */
  #fence = '';
  /** Lines up to this one are front matter. */
  readonly #frontMatterEnd: number;
  /** Offset up to which the text is an HTML comment. */
  #commentEnd = 0;
  #commentsEnded = false;
  /** The line before is a paragraph of one line, which an underline makes a heading. */
  #loneLine = -1;

  constructor(text: string, lines: LineTable) {
    this.#text = text;
    this.#lines = lines;
    this.#frontMatterEnd = frontMatterEnd(text, lines);
  }

  read(line: number, afterBlank: boolean): ReturnType<LineReader> {
    if (line <= this.#frontMatterEnd) return this.#readFrontMatter(line);
    const first = this.#lines.firsts[line] as number;
    const at = this.#lines.bodies[line] as number;
    const indent = this.#lines.indents[line] as number;
    const lone = this.#loneLine;
    this.#loneLine = -1;
    if (first === 0) return boundary.continuation;
    if (at < this.#commentEnd) return boundary.inside;
    if (this.#fence !== '') return this.#readFenced(line, first, afterBlank);
    if (first === 0x60 || first === 0x7e) {
      this.#fence = fenceMark(this.#text, at, first);
      if (this.#fence !== '') return afterBlank ? boundary.afterBlank - Math.min(indent, 24) : boundary.inside;
    }
    if (first === 0x23 && indent < 4) {
      const heading = markdownHeading(lineText(this.#text, this.#lines, line));
      if (heading !== null) return heading;
    }
    if ((first === 0x3d || first === 0x2d) && lone >= 0) {
      const heading = this.#setextHeading(line, lone);
      if (heading !== null) return heading;
    }
    if (first === 0x3c) {
      const heading = htmlHeading(lineText(this.#text, this.#lines, line));
      if (heading !== null) return heading;
      this.#openComment(at);
    }
    // A table row is worth little without its head.
    if (first === 0x7c) return afterBlank ? boundary.afterBlank : boundary.inside;
    if (afterBlank && indent < 4) this.#loneLine = line;
    return proseScore(first, indent, afterBlank);
  }

  #readFrontMatter(line: number): number | Heading {
    const title = /^title:[ \t]*["']?([^\n"']{1,200})/.exec(lineText(this.#text, this.#lines, line))?.[1];
    return title === undefined ? boundary.attached : { level: 0, title: plainTitle(title), start: 0 };
  }

  #readFenced(line: number, first: number, afterBlank: boolean): number {
    if (first === this.#fence.charCodeAt(0)) {
      const content = lineText(this.#text, this.#lines, line);
      if (content.startsWith(this.#fence) && /^([`~])\1*$/.test(content)) {
        this.#fence = '';
        return boundary.continuation;
      }
    }
    return afterBlank ? boundary.inside * 2 : boundary.inside;
  }

  #setextHeading(line: number, above: number): Heading | null {
    const underline = lineText(this.#text, this.#lines, line);
    if (!/^(?:=+|-{2,})$/.test(underline)) return null;
    const title = plainTitle(lineText(this.#text, this.#lines, above));
    return title === '' ? null : { level: underline.startsWith('=') ? 1 : 2, title, start: above };
  }

  #openComment(at: number): void {
    if (this.#commentsEnded || !this.#text.startsWith('<!--', at)) return;
    const end = this.#text.indexOf('-->', at);
    if (end < 0) this.#commentsEnded = true;
    else this.#commentEnd = end + 3;
  }
}

/** Last line of the front matter, or -1. */
function frontMatterEnd(text: string, lines: LineTable): number {
  if (lines.count === 0 || lineText(text, lines, 0) !== '---') return -1;
  for (let line = 1; line < Math.min(lines.count, FRONT_MATTER_MAX); line++) {
    const content = lineText(text, lines, line);
    if (content === '---' || content === '...') return line;
  }
  return -1;
}

/** Three or more of the same mark, or nothing; what follows on an opening line may not hold a backtick. */
function fenceMark(text: string, at: number, mark: number): string {
  let end = at;
  while (text.charCodeAt(end) === mark && end - at < 100) end++;
  if (end - at < 3) return '';
  const newline = text.indexOf('\n', end);
  const info = text.slice(end, Math.min(newline < 0 ? text.length : newline, end + 200));
  return mark === 0x60 && info.includes('`') ? '' : text.slice(at, end);
}

export function markdownHeading(content: string): Heading | null {
  const match = /^(#{1,6})[ \t]+(\S.*)$/.exec(content);
  if (match === null) return null;
  const raw = match[2] as string;
  const bare = withoutTrailing(raw, '#');
  // `C#` is a word, `Title ##` closes the heading.
  const title = plainTitle(/\s$/.test(bare) || bare === raw ? bare : raw);
  return { level: (match[1] as string).length, title };
}

export function htmlHeading(content: string): Heading | null {
  const match = /^<h([1-6])(?:\s[^>]{0,200})?>(.{0,300}?)(?:<\/h[1-6]>|$)/i.exec(content);
  if (match === null) return null;
  return { level: Number(match[1]), title: plainTitle(match[2] as string) };
}
