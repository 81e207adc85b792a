import type { ChunkInput } from './chunk.ts';
import type { LineTable } from './line-table.ts';
import type { Outline } from './outline.ts';
import { codeRulesOf } from './rules/index.ts';
import { CodeScanner } from './scan-code.ts';

/** Fills the outline of a text. */
export interface Scanner {
  /** Its chunks are documentation. */
  readonly documents: boolean;
  scan(text: string, lines: LineTable, outline: Outline): void;
}

export function scannerFor(input: Pick<ChunkInput, 'path' | 'language' | 'sourceType'>): Scanner {
  const rules = codeRulesOf(input.language);
  return { documents: false, scan: (text, lines, outline) => new CodeScanner(text, lines, outline, rules).scan(0, lines.count) };
}
