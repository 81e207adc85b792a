import type { LineTable } from '../line-table.ts';
import { boundary } from '../outline.ts';

export interface Heading {
  /** From 1; 0 is the title of the whole document. */
  readonly level: number;
  readonly title: string;
  /** The line it begins at, when that is before the line just read. */
  readonly start?: number;
}

/** Reads one line after another: the line's score as a boundary, or the heading it is (or completes). */
export type LineReader = (line: number, afterBlank: boolean) => number | Heading;

export interface DocumentFormat {
  reader(text: string, lines: LineTable): LineReader;
}

/** What of a line patterns see, in UTF-16 units. */
const SEEN_MAX = 400;
const TITLE_MAX = 200;

/** A line without indentation and line end, cut at 400 units. */
export function lineText(text: string, lines: LineTable, line: number): string {
  const start = lines.bodies[line] as number;
  const end = Math.min(lines.starts[line + 1] as number, start + SEEN_MAX);
  return text.slice(start, end).trimEnd();
}

/** Score of a line of prose: paragraphs, then list items, then anything else; deeper ones less. */
export function proseScore(first: number, indent: number, afterBlank: boolean): number {
  const item = first === 0x2d || first === 0x2a || first === 0x2b || (first >= 0x30 && first <= 0x39);
  const depth = Math.min(indent, 24);
  if (afterBlank) return boundary.group - depth;
  return item ? boundary.topLevel - depth : boundary.plain - depth;
}

/** The words of a heading: without links' targets, images, emphasis, code marks, tags and anchors. */
export function plainTitle(raw: string): string {
  return raw
    .slice(0, TITLE_MAX)
    .replaceAll(/!\[[^\]]{0,200}\]\([^)]{0,300}\)/g, '')
    .replaceAll(/\[([^\]]{0,200})\](?:\([^)]{0,300}\)|\[[^\]]{0,100}\])/g, '$1')
    .replaceAll(/<[^<>]{1,200}>/g, '')
    .replaceAll(/\{[#.:][^{}]{0,100}\}/g, '')
    .replaceAll(/[`*]|(?<!\w)_{1,3}|_{1,3}(?!\w)/g, '')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

/** Without the marks some formats allow behind a heading, too: `== Title ==`. */
export function withoutTrailing(title: string, mark: string): string {
  let end = title.length;
  while (end > 0 && title[end - 1] === mark) end--;
  return end === 0 ? title : title.slice(0, end);
}
