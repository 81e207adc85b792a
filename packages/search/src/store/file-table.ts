import type { FileIndexed, FileTouch, TextBlock } from './index-store.ts';
import type { MetaTable } from './meta-table.ts';
import type { Statements } from './statements.ts';
import type { TextBlocks } from './text-blocks.ts';

/** What a file had that was taken out. */
export interface RemovedFile {
  id: number;
  chunks: number;
}

/** A file that was put in, as its segment wants it. */
export interface InsertedFile {
  file: number;
  rows: Float64Array;
  postings: Uint8Array;
}

/** The rows of files, their outlines and texts. Writes stand in the transaction of the owner. */
export class FileTable {
  readonly #statements: Statements;
  readonly #meta: MetaTable;
  readonly #texts: TextBlocks;
  /** Blocks of the open transaction: bytes its files have in them, and the number once they are written. */
  readonly #blocks = new Map<TextBlock, { live: number; id: number | null }>();
  #nextFile = 0;
  #nextRow = 0;

  constructor(statements: Statements, meta: MetaTable, texts: TextBlocks) {
    this.#statements = statements;
    this.#meta = meta;
    this.#texts = texts;
  }

  /** @param files that the transaction will insert */
  begin(files: readonly FileIndexed[]): void {
    this.#blocks.clear();
    for (const { text } of files) {
      const known = this.#blocks.get(text.block);
      if (known === undefined) this.#blocks.set(text.block, { live: text.length, id: null });
      else known.live += text.length;
    }
    this.#nextFile = this.#meta.get('next_file');
    this.#nextRow = this.#meta.get('next_row');
  }

  /** Last of the transaction. */
  settle(): void {
    this.#meta.add('next_file', this.#nextFile - this.#meta.get('next_file'));
    this.#meta.add('next_row', this.#nextRow - this.#meta.get('next_row'));
  }

  /** @returns null when the path was unknown */
  remove(path: string): RemovedFile | null {
    const sql = 'DELETE FROM files WHERE path = ? RETURNING id, chunk_count, text_block, text_offset, text_length';
    const row = this.#statements.get(sql).get(path);
    if (row === undefined) return null;
    const id = Number(row['id']);
    this.#statements.get('DELETE FROM outlines WHERE file = ?').run(id);
    this.#texts.release({ block: Number(row['text_block']), offset: Number(row['text_offset']), length: Number(row['text_length']) });
    return { id, chunks: Number(row['chunk_count']) };
  }

  /** @param takeOut is called for the path when it has a row, which goes before the new one comes */
  insert(file: FileIndexed, { folder, recipe, takeOut }: { folder: number; recipe: number; takeOut(path: string): void }): InsertedFile {
    const id = this.#nextFile++;
    const block = this.#blockId(file.text.block);
    if (!this.#insertRow(id, file, { folder, recipe, block })) {
      takeOut(file.path);
      this.#insertRow(id, file, { folder, recipe, block });
    }
    const firstRow = this.#nextRow;
    this.#nextRow += file.chunkCount;
    this.#statements.get('INSERT INTO outlines(file, first_row, chunks) VALUES (?, ?, ?)').run(id, firstRow, file.outline);
    return { file: id, rows: Float64Array.from({ length: file.chunkCount }, (_, ordinal) => firstRow + ordinal), postings: file.postings };
  }

  /** @returns false when the path has a row, which then stays as it is */
  #insertRow(id: number, file: FileIndexed, of: { folder: number; recipe: number; block: number }): boolean {
    const { changes } = this.#statements
      .get(`
      INSERT INTO files(id, path, folder, hash, size, mtime_ms, ctime_ms, ino, read_at_ms, language, source_type, recipe,
        chunk_count, text_block, text_offset, text_length)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT(path) DO NOTHING`)
      .run(
        id,
        file.path,
        of.folder,
        Buffer.from(file.hash, 'hex'),
        file.sizeBytes,
        file.mtimeMs,
        file.ctimeMs,
        file.ino,
        file.readAtMs,
        file.language,
        file.sourceType,
        of.recipe,
        file.chunkCount,
        of.block,
        file.text.offset,
        file.text.length,
      );
    return changes === 1;
  }

  touch(touch: FileTouch, folder: number): void {
    this.#statements
      .get('UPDATE files SET folder = ?, size = ?, mtime_ms = ?, ctime_ms = ?, ino = ?, read_at_ms = ? WHERE path = ?')
      .run(folder, touch.sizeBytes, touch.mtimeMs, touch.ctimeMs, touch.ino, touch.readAtMs, touch.path);
  }

  #blockId(block: TextBlock): number {
    const known = this.#blocks.get(block) as { live: number; id: number | null };
    return (known.id ??= this.#texts.insert(block, known.live));
  }
}
