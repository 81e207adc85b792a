import { htmlHeading, lineText, markdownHeading } from './formats/index.ts';
import type { LineTable } from './line-table.ts';
import { boundary, type Outline, type Section } from './outline.ts';
import { codeRulesOf } from './rules/index.ts';
import { CodeScanner } from './scan-code.ts';

/** Named blocks of template languages: `{% block content %}`, `{{ define "row" }}`. */
const TEMPLATE_BLOCK = /^\{[%{]-?[ \t]*(block|macro|define|call)[ \t]+["']?([\w.:-]{1,100})/;

/**
 * Pages, components and templates: scripts and styles by the rules of their languages, tags by indentation, headings
 * as sections.
 */
export function scanMarkup(text: string, lines: LineTable, outline: Outline): void {
  let line = 0;
  // Astro begins with its script between two rules.
  if (lines.count > 0 && lineText(text, lines, 0) === '---')
    line = scanEmbedded(text, lines, outline, { from: 1, closing: '---', language: 'typescript' });
  const sections: Section[] = [];
  let afterBlank = true;
  while (line < lines.count) {
    const embedded = embeddedAt(text, lines, line);
    if (embedded !== null) {
      outline.scores[line] = boundary.declaration;
      line = scanEmbedded(text, lines, outline, { from: line + 1, ...embedded });
      continue;
    }
    outline.scores[line] = scoreTag(text, lines, line, afterBlank, sections, outline);
    afterBlank = lines.firsts[line] === 0;
    line++;
  }
  closeSections(sections, 0, lines.count);
}

interface Embedded {
  readonly closing: string;
  readonly language: string;
}

/** A `<script>` or `<style>` that begins at this line and does not end in it. */
function embeddedAt(text: string, lines: LineTable, line: number): Embedded | null {
  if (lines.firsts[line] !== 0x3c) return null;
  const content = lineText(text, lines, line).toLowerCase();
  for (const [tag, language] of [
    ['script', 'typescript'],
    ['style', 'css'],
  ] as const) {
    const opens = content.startsWith(`<${tag}`) && /[\s>]/.test(content.charAt(tag.length + 1));
    if (opens && !content.includes(`</${tag}`) && !content.endsWith('/>')) return { closing: `</${tag}`, language };
  }
  return null;
}

/** Returns the line after the closing one. */
function scanEmbedded(text: string, lines: LineTable, outline: Outline, part: Embedded & { from: number }): number {
  let end = part.from;
  while (end < lines.count && !closes(text, lines, end, part.closing)) end++;
  const scanner = new CodeScanner(text, lines, outline, codeRulesOf(part.language));
  scanner.scan(part.from, end);
  if (end < lines.count) outline.scores[end] = boundary.continuation;
  return Math.min(end + 1, lines.count);
}

function closes(text: string, lines: LineTable, line: number, closing: string): boolean {
  const first = lines.firsts[line];
  return (first === 0x3c || first === 0x2d) && lineText(text, lines, line).toLowerCase().startsWith(closing);
}

function scoreTag(text: string, lines: LineTable, line: number, afterBlank: boolean, sections: Section[], outline: Outline): number {
  const first = lines.firsts[line] as number;
  if (first === 0) return boundary.continuation;
  const depth = Math.min(lines.indents[line] as number, 24);
  const named = first === 0x3c || first === 0x7b || first === 0x23 ? openSection(text, lines, line, sections, outline) : false;
  if (named) return boundary.declaration;
  if (first === 0x3c && text.startsWith('</', lines.bodies[line])) return boundary.continuation;
  if (depth === 0) return first === 0x3c ? boundary.strong : boundary.topLevel;
  return (afterBlank ? boundary.afterBlank : boundary.plain) - depth;
}

/** Headings nest by their level, template blocks stand side by side. */
function openSection(text: string, lines: LineTable, line: number, sections: Section[], outline: Outline): boolean {
  const content = lineText(text, lines, line);
  // In the text that is made of a page, headings are those of Markdown.
  const heading = content.startsWith('#') ? markdownHeading(content) : htmlHeading(content);
  const block = heading === null ? TEMPLATE_BLOCK.exec(content) : null;
  if (heading === null && block === null) return false;
  const level = heading?.level ?? 1;
  closeSections(sections, level, line);
  const outer = sections.at(-1);
  // A level left out (h1, then h3) counts as part of the heading above.
  if (outer !== undefined) while (sections.length < level - 1) sections.push(outer);
  const label = heading?.title ?? block?.[2] ?? '';
  const names = block !== null && block[1] !== 'call' ? [label] : [];
  const parent = outer ?? null;
  const section: Section = {
    label,
    names,
    offset: lines.starts[line] as number,
    start: line,
    end: line + 1,
    parent,
    depth: (parent?.depth ?? -1) + 1,
  };
  outline.sections.push(section);
  sections.push(section);
  return true;
}

/** Ends the sections of this level and below; `sections[n]` is what level n + 1 is in. */
function closeSections(sections: Section[], level: number, end: number): void {
  while (sections.length >= Math.max(level, 1)) {
    const section = sections.pop() as Section;
    section.end = Math.max(section.end, end);
  }
}
