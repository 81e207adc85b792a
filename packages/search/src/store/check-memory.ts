import type { MemoryState } from './memory-view.ts';

/** What of a state contradicts itself: the counterpart of the full check of a file. */
export function checkMemoryState({ files, folders, skips, nextFile, nextRow }: MemoryState): string[] {
  const problems: string[] = [];
  const ids = new Set<number>();
  const rows = new Set<number>();
  for (const [path, file] of files) {
    if (file.path !== path) problems.push(`${path} is kept as ${file.path}`);
    if (!folders.has(file.folderPath)) problems.push(`${path} belongs to the unknown folder ${file.folderPath}`);
    if (file.id >= nextFile || ids.has(file.id)) problems.push(`the number of ${path} is given twice`);
    ids.add(file.id);
    if (file.documents.length !== file.chunkCount) problems.push(`${path} has ${file.documents.length} of its ${file.chunkCount} chunks`);
    for (const { row, chunk } of file.documents) {
      if (row >= nextRow || rows.has(row)) problems.push(`the row ${row} of ${path} is given twice`);
      rows.add(row);
      if (chunk.endOffset > file.content.length) problems.push(`${path} has chunks behind the end of its text`);
    }
  }
  for (const [path, skip] of skips) if (skip.path !== path) problems.push(`the skip of ${path} is kept as ${skip.path}`);
  return problems;
}
