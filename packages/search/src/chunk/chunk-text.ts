import type { Chunk, ChunkInput, ChunkKind } from './chunk.ts';
import { type LineTable, lineAt, lineTable } from './line-table.ts';
import { emptyOutline } from './outline.ts';
import { packLines, partsPair } from './pack.ts';
import { scannerFor } from './scanner-for.ts';
import { SymbolFinder } from './symbols.ts';

/**
 * Cuts a text at declarations, headings and blank lines. Never fails, whatever the text: without structure it falls
 * back to lines, without lines to offsets. Linear in the length of the text. An empty text has no chunks.
 */
export function chunkText(input: ChunkInput): Chunk[] {
  const { text } = input;
  const size = Math.max(1, Math.floor(input.chunkSize));
  const overlap = Math.min(Math.max(0, Math.floor(input.chunkOverlap)), size >> 1);
  const lines = lineTable(text);
  const outline = emptyOutline(lines);
  const scanner = scannerFor(input);
  scanner.scan(text, lines, outline);
  const cuts = packLines(text, lines, outline.scores, size);
  const symbols = new SymbolFinder(lines, outline.sections, scanner.documents);
  let startLine = 0;
  let endLine = 0;
  return cuts.map((startOffset, ordinal) => {
    const endOffset = cuts[ordinal + 1] ?? text.length;
    const { symbol, definitions } = symbols.of(startOffset, endOffset);
    const textStart = overlap === 0 || ordinal === 0 ? startOffset : overlapStart(text, lines, startOffset, overlap, startLine);
    startLine = lineAt(lines, textStart, startLine);
    endLine = lineAt(lines, endOffset - 1, endLine);
    return {
      ordinal,
      startOffset,
      endOffset,
      startLine: startLine + 1,
      endLine: endLine + 1,
      symbol,
      kind: kindOf(scanner.documents || input.sourceType === 'doc', definitions),
      definitions,
      text: text.slice(textStart, endOffset),
    };
  });
}

function kindOf(documents: boolean, definitions: readonly string[]): ChunkKind {
  if (documents) return 'doc';
  return definitions.length > 0 ? 'definition' : 'code';
}

/** The first line within reach; inside a long line any safe offset. */
function overlapStart(text: string, lines: LineTable, offset: number, overlap: number, from: number): number {
  const reach = Math.max(0, offset - overlap);
  const line = lineAt(lines, reach, from);
  const start = lines.starts[line] as number;
  if (start === reach) return reach;
  const next = lines.starts[line + 1] as number;
  if (next <= offset) return next;
  return partsPair(text, reach) ? reach + 1 : reach;
}
