import { createHash, hash } from 'node:crypto';

/**
 * 24 hex digits (96 bits of SHA-256) over path, content and the count of equal contents before it in the file: an
 * edit elsewhere in the file leaves the id as it is.
 */
export function chunkId(path: string, content: string, ordinalAmongEqual: number): string {
  const key = `${path}\0${ordinalAmongEqual}\0${content}`;
  // UTF-8 writes every lone surrogate as U+FFFD, which would give different contents one id.
  const digest = key.isWellFormed() ? hash('sha256', key, 'hex') : createHash('sha256').update(key, 'utf16le').digest('hex');
  return digest.slice(0, 24);
}

/** The ids of one file's chunks, in order. Contents are cores (without overlap), so that an edit next to a chunk keeps its id. */
export function chunkIds(path: string, contents: readonly string[]): string[] {
  const seen = new Map<string, number>();
  const lengths = new Set<number>();
  const repeated = new Set<number>();
  for (const { length } of contents) (lengths.has(length) ? repeated : lengths).add(length);
  return contents.map((content) => {
    // A map reads all of its keys; contents of a length that no other has need none.
    if (!repeated.has(content.length)) return chunkId(path, content, 0);
    const ordinal = seen.get(content) ?? 0;
    seen.set(content, ordinal + 1);
    return chunkId(path, content, ordinal);
  });
}
