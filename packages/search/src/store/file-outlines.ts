import type { SourceType } from '@agent-brain/contract/query';
import type { ChunkIndexed, ChunkRow } from './index-store.ts';
import { decodeDefinitions, decodeOutline } from './outline-codec.ts';
import type { Statements } from './statements.ts';
import type { TextPlace } from './text-blocks.ts';

/** Chunks of files that are kept decoded, about 300 bytes each: those of what was shown last. */
const CACHED_CHUNKS = 10_000;

/** A file with its chunks. Its number is never used again, so that it is the same in every generation that has it. */
export interface FileOutline {
  file: number;
  path: string;
  language: string;
  sourceType: SourceType;
  firstRow: number;
  chunks: readonly ChunkIndexed[];
}

/** Outlines of files by their number, the ones that were asked for last kept decoded. */
export class FileOutlines {
  readonly #statements: Statements;
  readonly #cache = new Map<number, FileOutline>();
  #cachedChunks = 0;

  constructor(statements: Statements) {
    this.#statements = statements;
  }

  /** @throws INDEX_CORRUPT */
  get(file: number): FileOutline | undefined {
    const known = this.#cache.get(file);
    if (known !== undefined) {
      this.#cache.delete(file);
      this.#cache.set(file, known);
      return known;
    }
    const sql = `SELECT f.path, f.language, f.source_type, o.first_row, o.chunks
      FROM files f JOIN outlines o ON o.file = f.id WHERE f.id = ?`;
    const row = this.#statements.get(sql).get(file);
    if (row === undefined) return undefined;
    const outline: FileOutline = {
      file,
      path: String(row['path']),
      language: String(row['language']),
      sourceType: row['source_type'] as SourceType,
      firstRow: Number(row['first_row']),
      chunks: decodeOutline(row['chunks'] as Uint8Array),
    };
    this.#keep(outline);
    return outline;
  }

  /**
   * Names that chunks define, by their row. Of files that are not kept only those are read, all at once: of some hundred
   * files a few define what is asked for.
   * @param rows by file, ascending
   * @throws INDEX_CORRUPT
   */
  definitions(rows: ReadonlyMap<number, readonly number[]>): Map<number, readonly string[]> {
    const found = new Map<number, readonly string[]>();
    const unknown: number[] = [];
    for (const [file, ofFile] of rows) {
      const known = this.#cache.get(file);
      if (known === undefined) unknown.push(file);
      else for (const row of ofFile) found.set(row, known.chunks[row - known.firstRow]?.definitions ?? []);
    }
    if (unknown.length === 0) return found;
    const sql = 'SELECT file, first_row, chunks FROM outlines WHERE file IN (SELECT value FROM json_each(?))';
    for (const { file, first_row: firstRow, chunks } of this.#statements.get(sql).iterate(JSON.stringify(unknown))) {
      const ofFile = rows.get(Number(file)) as readonly number[];
      const ordinals = ofFile.map((row) => row - Number(firstRow));
      decodeDefinitions(chunks as Uint8Array, ordinals).forEach((names, index) => found.set(ofFile[index] as number, names));
    }
    return found;
  }

  /** Of those that are kept, the one with a chunk of this id: what is asked for by its id was mostly shown just before. */
  keptWith(chunkId: string): FileOutline | undefined {
    for (const outline of this.#cache.values()) {
      const isFound = outline.chunks.some((chunk) => chunk.chunkId === chunkId);
      // Its file may be gone in the meantime, or have come back with the same chunk under another number.
      if (isFound && this.textPlace(outline.file) !== undefined) return outline;
    }
    return undefined;
  }

  textPlace(file: number): TextPlace | undefined {
    const row = this.#statements.get('SELECT text_block, text_offset, text_length FROM files WHERE id = ?').get(file);
    if (row === undefined) return undefined;
    return { block: Number(row['text_block']), offset: Number(row['text_offset']), length: Number(row['text_length']) };
  }

  #keep(outline: FileOutline): void {
    this.#cache.set(outline.file, outline);
    this.#cachedChunks += outline.chunks.length;
    for (const [file, { chunks }] of this.#cache) {
      if (this.#cachedChunks <= CACHED_CHUNKS || file === outline.file) break;
      this.#cache.delete(file);
      this.#cachedChunks -= chunks.length;
    }
  }
}

/** @param ordinal of a chunk the outline has */
export function chunkRowOf(outline: FileOutline, ordinal: number): ChunkRow | undefined {
  const chunk = outline.chunks[ordinal];
  if (chunk === undefined) return undefined;
  const { file, path, language, sourceType, firstRow } = outline;
  return { ...chunk, row: firstRow + ordinal, file, path, language, sourceType };
}
