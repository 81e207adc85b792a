import type { ChunkInput } from './chunk.ts';
import { documentFormatOf, treeFormatOf } from './formats/index.ts';
import type { LineTable } from './line-table.ts';
import type { Outline } from './outline.ts';
import { codeRulesOf } from './rules/index.ts';
import { CodeScanner } from './scan-code.ts';
import { scanDocument } from './scan-docs.ts';
import { scanMarkup } from './scan-markup.ts';
import { scanTree } from './scan-tree.ts';

/** Fills the outline of a text. */
export interface Scanner {
  /** Its chunks are documentation. */
  readonly documents: boolean;
  scan(text: string, lines: LineTable, outline: Outline): void;
}

const markup = new Set(['html', 'vue', 'svelte', 'astro', 'template']);

export function scannerFor(input: Pick<ChunkInput, 'path' | 'language'>): Scanner {
  // R Markdown has the id of R.
  const language = /\.[rq]md$/i.test(input.path) ? 'markdown' : input.language;
  if (markup.has(language)) return { documents: language === 'html', scan: scanMarkup };
  const format = documentFormatOf(language);
  if (format !== undefined) return { documents: true, scan: (text, lines, outline) => scanDocument(text, lines, outline, format) };
  const tree = treeFormatOf(language);
  if (tree !== undefined) return { documents: false, scan: (text, lines, outline) => scanTree(text, lines, outline, tree) };
  const rules = codeRulesOf(language);
  return { documents: false, scan: (text, lines, outline) => new CodeScanner(text, lines, outline, rules).scan(0, lines.count) };
}
