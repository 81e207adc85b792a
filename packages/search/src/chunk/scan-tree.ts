import { lineText, type TreeFormat } from './formats/index.ts';
import type { LineTable } from './line-table.ts';
import { boundary, type Outline, type Section } from './outline.ts';

/** Deeper nodes are boundaries, but no part of the path. */
const DEEPEST = 4;
const NODE_STEP = 20;

interface OpenNode {
  readonly section: Section;
  readonly indent: number;
}

/** Cuts settings at their keys and sections; a node holds the lines indented deeper. */
export function scanTree(text: string, lines: LineTable, outline: Outline, format: TreeFormat): void {
  const open: OpenNode[] = [];
  const endFrom = (indent: number, line: number) => {
    for (let last = open.at(-1); last !== undefined && last.indent >= indent; last = open.at(-1)) {
      last.section.end = Math.max(line, last.section.end);
      open.pop();
    }
  };
  let lead = -1;
  let afterBlank = true;
  for (let line = 0; line < lines.count; line++) {
    const first = lines.firsts[line] as number;
    if (first === 0) {
      outline.scores[line] = boundary.continuation;
      afterBlank = true;
      lead = -1;
      continue;
    }
    const indent = format.flat ? 0 : (lines.indents[line] as number);
    const content = lineText(text, lines, line);
    const closing = first === 0x7d || first === 0x5d || (first === 0x3c && content.startsWith('</'));
    const comment = format.comments.some((mark) => content.startsWith(mark));
    const label = closing || comment ? null : format.nodeAt(content);
    if (format.separator !== undefined && content === format.separator) endFrom(0, line);
    if (label !== null) {
      const start = lead >= 0 ? lead : line;
      endFrom(indent, start);
      const section: Section = {
        label,
        names: [],
        offset: lines.starts[line] as number,
        start,
        end: line + 1,
        parent: open.at(-1)?.section ?? null,
        depth: open.length,
      };
      if (open.length < DEEPEST) {
        outline.sections.push(section);
        open.push({ section, indent });
      }
      if (start < line) outline.scores.fill(boundary.attached, start + 1, line + 1);
      outline.scores[start] = boundary.declaration - NODE_STEP * Math.min(section.depth, DEEPEST);
      lead = -1;
    } else {
      if (!format.flat && !comment) endFrom(closing ? indent + 1 : indent, line);
      outline.scores[line] = closing ? boundary.continuation : plainScore(indent, afterBlank, lead >= 0);
      if (comment && lead < 0) lead = line;
      else if (!comment) lead = -1;
    }
    afterBlank = false;
  }
  endFrom(0, lines.count);
}

function plainScore(indent: number, afterBlank: boolean, attached: boolean): number {
  if (attached) return boundary.attached;
  const base = indent === 0 ? boundary.topLevel : boundary.plain;
  return (afterBlank ? boundary.afterBlank : base) - Math.min(indent, 24);
}
