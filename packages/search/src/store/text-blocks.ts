import zlib from 'node:zlib';
import { AgentBrainError } from '@agent-brain/contract/errors';
import type { TextBlock } from './index-store.ts';
import type { MetaTable } from './meta-table.ts';
import type { Statements } from './statements.ts';

/** A block is closed when it has so many bytes, uncompressed: half as large again it saves a tenth, and takes twice as long to read. */
export const textBlockBytes = 32 * 1024;
/** Blocks that are written anew in one step. */
const REPACK_BLOCKS = 16;
/** Uncompressed bytes of read blocks that are kept: all of a small project. */
const CACHE_BYTES = 8 * 1024 * 1024;
/** What a block is read into at once, at most, and what zlib must have left to know that it is at the end. */
const MOST_AT_ONCE = 1024 * 1024;
const ROOM = 64;
/** No block is larger than the largest file that can be configured. */
const MOST_BYTES = 512 * 1024 * 1024;

/** Place of a text: bytes of the uncompressed block. */
export interface TextPlace {
  block: number;
  offset: number;
  length: number;
}

/**
 * Texts of the files, some to a compressed block. A block lives while any of its files does; one with
 * more dead than live bytes is written anew by {@link repack}, so that dead text is never more than
 * live text.
 */
export class TextBlocks {
  readonly #statements: Statements;
  readonly #meta: MetaTable;
  readonly #cache = new Map<number, Buffer>();
  #cachedBytes = 0;

  constructor(statements: Statements, meta: MetaTable) {
    this.#statements = statements;
    this.#meta = meta;
  }

  /** @param live bytes of the files that are put in with it */
  insert({ zstd, length }: TextBlock, live: number): number {
    const id = this.#meta.add('next_block', 1) - 1;
    this.#statements.get('INSERT INTO text_blocks(id, length, live) VALUES (?, ?, ?)').run(id, length, live);
    this.#statements.get('INSERT INTO texts(block, zstd) VALUES (?, ?)').run(id, zstd);
    return id;
  }

  /** A file of the block went; its row is deleted already. */
  release({ block, length }: TextPlace): void {
    const left = this.#statements.get('UPDATE text_blocks SET live = live - ? WHERE id = ? RETURNING live').get(length, block)?.['live'];
    if (Number(left) > 0 || this.#statements.get('SELECT 1 FROM files WHERE text_block = ? LIMIT 1').get(block) !== undefined) return;
    this.#remove(block);
  }

  #remove(block: number): void {
    this.#statements.get('DELETE FROM text_blocks WHERE id = ?').run(block);
    this.#statements.get('DELETE FROM texts WHERE block = ?').run(block);
  }

  /**
   * Inside a transaction: writes the living texts of some wasteful blocks anew.
   * @returns whether there were any
   */
  repack(): boolean {
    const wasteful = this.#statements.get('SELECT id FROM text_blocks WHERE live * 2 < length LIMIT ?').all(REPACK_BLOCKS);
    let texts: { file: number; bytes: Buffer }[] = [];
    for (const row of wasteful) {
      const block = Number(row['id']);
      const bytes = this.#bytesOf(block);
      const files = this.#statements.get('SELECT id, text_offset, text_length FROM files WHERE text_block = ?').all(block);
      for (const file of files) {
        const offset = Number(file['text_offset']);
        texts.push({ file: Number(file['id']), bytes: bytes.subarray(offset, offset + Number(file['text_length'])) });
      }
    }
    while (texts.length > 0) texts = this.#writeAnew(texts);
    for (const row of wasteful) this.#remove(Number(row['id']));
    return wasteful.length > 0;
  }

  /** @returns what did not fit into one block */
  #writeAnew(texts: { file: number; bytes: Buffer }[]): { file: number; bytes: Buffer }[] {
    let length = 0;
    let count = 0;
    for (; count < texts.length && (count === 0 || length < textBlockBytes); count++) length += texts[count]?.bytes.length ?? 0;
    const chosen = texts.slice(0, count);
    const id = this.insert(compressTexts(Buffer.concat(chosen.map(({ bytes }) => bytes))), length);
    let offset = 0;
    for (const { file, bytes } of chosen) {
      this.#statements.get('UPDATE files SET text_block = ?, text_offset = ? WHERE id = ?').run(id, offset, file);
      offset += bytes.length;
    }
    return texts.slice(count);
  }

  /** In UTF-8; not to be changed. @throws INDEX_CORRUPT */
  read({ block, offset, length }: TextPlace): Buffer {
    const bytes = this.#bytesOf(block);
    if (offset + length > bytes.length) throw damaged(block, `it has ${bytes.length} bytes, a text ends at ${offset + length}`);
    return bytes.subarray(offset, offset + length);
  }

  #bytesOf(block: number): Buffer {
    const known = this.#cache.get(block);
    if (known !== undefined) {
      this.#cache.delete(block);
      this.#cache.set(block, known);
      return known;
    }
    const row = this.#statements
      .get('SELECT t.zstd, b.length FROM texts t JOIN text_blocks b ON b.id = t.block WHERE t.block = ?')
      .get(block);
    if (row === undefined) throw damaged(block, 'it is missing');
    const bytes = decompress(block, row['zstd'] as Uint8Array, Number(row['length']));
    this.#cache.set(block, bytes);
    this.#cachedBytes += bytes.length;
    for (const [old, { length }] of this.#cache) {
      if (this.#cachedBytes <= CACHE_BYTES || old === block) break;
      this.#cache.delete(old);
      this.#cachedBytes -= length;
    }
    return bytes;
  }
}

/** @param length as it is known of the block: with room for all of it at once nothing is put together of pieces */
function decompress(block: number, zstd: Uint8Array, length: number): Buffer {
  try {
    return zlib.zstdDecompressSync(zstd, { maxOutputLength: MOST_BYTES, chunkSize: Math.min(length, MOST_AT_ONCE) + ROOM });
  } catch (error) {
    throw damaged(block, (error as Error).message, error);
  }
}

const damaged = (block: number, reason: string, cause?: unknown): AgentBrainError =>
  new AgentBrainError('INDEX_CORRUPT', `The text block ${block} of the index is damaged — ${reason}`, { cause });

/** @param texts of the files one after the other, UTF-8; level 3, with a checksum (zstd's own) */
export function compressTexts(texts: Uint8Array): TextBlock {
  const { ZSTD_c_compressionLevel: level, ZSTD_c_checksumFlag: checksum } = zlib.constants;
  return { zstd: zlib.zstdCompressSync(texts, { params: { [level]: 3, [checksum]: 1 } }), length: texts.length };
}
