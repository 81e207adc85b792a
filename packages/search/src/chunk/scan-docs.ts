import type { Heading, DocumentFormat } from './formats/index.ts';
import type { LineTable } from './line-table.ts';
import { boundary, type Outline, type Section } from './outline.ts';

/** A heading of level 1; deeper ones count less, all of them more than any paragraph. */
const HEADING = 230;
const HEADING_STEP = 12;

/** Cuts documents by headings; between them by paragraphs, never willingly inside code or tables. */
export function scanDocument(text: string, lines: LineTable, outline: Outline, format: DocumentFormat): void {
  const read = format.reader(text, lines);
  const sections: { section: Section; level: number }[] = [];
  const closeFrom = (level: number, end: number) => {
    for (let last = sections.at(-1); last !== undefined && last.level >= level; last = sections.at(-1)) {
      last.section.end = end;
      sections.pop();
    }
  };
  const open = (heading: Heading, line: number) => {
    closeFrom(heading.level, line);
    const parent = sections.at(-1)?.section ?? null;
    const section: Section = {
      label: heading.title,
      names: [],
      offset: lines.starts[line] as number,
      start: line,
      end: line + 1,
      parent,
      depth: sections.length,
    };
    outline.sections.push(section);
    sections.push({ section, level: heading.level });
  };
  let afterBlank = true;
  for (let line = 0; line < lines.count; line++) {
    const blank = lines.firsts[line] === 0;
    const found = read(line, afterBlank);
    if (typeof found === 'number') outline.scores[line] = blank ? boundary.continuation : found;
    else {
      const start = found.start ?? line;
      open(found, start);
      for (let attached = start; attached <= line; attached++) outline.scores[attached] = boundary.attached;
      outline.scores[start] = HEADING - HEADING_STEP * Math.min(found.level, 6);
    }
    afterBlank = blank;
  }
  closeFrom(0, lines.count);
}
