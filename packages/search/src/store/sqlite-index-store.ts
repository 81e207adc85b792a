import { DatabaseSync } from 'node:sqlite';
import type { IndexRequest } from '@agent-brain/contract/jobs';
import type {
  FileIndexed,
  FileSkip,
  FileState,
  FileTouch,
  IndexStore,
  IndexView,
  KnownFile,
  StoreBatch,
  StoredFile,
} from './index-store.ts';
import { createTables, hasAllTables, pageSize, tables, tableNames, textIndex } from './schema.ts';
import { definitionSeparator, SqliteView, Statements } from './sqlite-view.ts';
import { readSnapshot } from './sqlite-reader.ts';
import { checkStore } from './check-store.ts';
import { FileStates } from './file-states.ts';
import { SkipTable } from './skip-table.ts';
import { asStoreError } from './store-error.ts';
import { assertUsable, createStoreFile, hasLog, inspectStoreFile, storeBytes } from './store-file.ts';
import { TextIndex } from './text-index.ts';

const BUSY_TIMEOUT_MS = 5_000;
const WRITE_CACHE_KIB = 32_768;
/** Pages in the log before it is copied back: 16 MB, so that one batch is one or two checkpoints, not ten. */
const CHECKPOINT_PAGES = 2_048;
/**
 * A store up to this size is checked page by page whenever a writer opens it (a few ms per MB), a larger one
 * only when the last writer left its log behind, which it does when it is killed.
 */
const QUICK_CHECK_LIMIT_BYTES = 16 * 1024 * 1024;

/**
 * The store in one SQLite file, written by one connection.
 * Write-ahead log with `synchronous=normal`: a killed process loses nothing that was committed; a power
 * failure may lose the last commits, never the integrity.
 */
export class SqliteIndexStore implements IndexStore {
  readonly #file: string;
  readonly #database: DatabaseSync;
  readonly #maxBytes: number;
  readonly #statements: Statements;
  readonly #view: SqliteView;
  readonly #textIndex: TextIndex;
  readonly #skips: SkipTable;
  readonly #states: FileStates;

  private constructor(file: string, database: DatabaseSync, maxBytes: number) {
    this.#file = file;
    this.#maxBytes = maxBytes;
    this.#database = database;
    this.#statements = new Statements(database);
    this.#view = new SqliteView(file, database, this.#statements);
    this.#textIndex = new TextIndex(database, this.#statements);
    this.#skips = new SkipTable(this.#statements);
    this.#states = new FileStates(this.#statements);
  }

  /**
   * Opens the store, or makes it.
   * @param options.maxBytes of the database file, kept to the page; 0 means no limit
   * @throws INDEX_NEWER, INDEX_CORRUPT, DISK_FULL
   */
  static open(file: string, { maxBytes = 0 }: { maxBytes?: number } = {}): SqliteIndexStore {
    const found = inspectStoreFile(file);
    assertUsable(file, found);
    const needsCheck = found.state === 'usable' && (hasLog(file) || storeBytes(file) <= QUICK_CHECK_LIMIT_BYTES);
    let database: DatabaseSync | undefined;
    try {
      if (found.state === 'missing') createStoreFile(file);
      database = new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS });
      if (found.state === 'missing') createTables(database);
      else if (!hasAllTables(database)) assertUsable(file, { state: 'corrupt', reason: 'tables are missing' });
      database.exec(`
        PRAGMA journal_mode = WAL;
        PRAGMA synchronous = NORMAL;
        PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES};
        PRAGMA cache_size = -${WRITE_CACHE_KIB};
        PRAGMA temp_store = MEMORY;`);
      if (maxBytes > 0) database.exec(`PRAGMA max_page_count = ${Math.ceil(maxBytes / pageSize)}`);
      const store = new SqliteIndexStore(file, database, maxBytes);
      if (needsCheck) store.#quickCheck();
      return store;
    } catch (error) {
      database?.close();
      throw asStoreError(error, file);
    }
  }

  #quickCheck(): void {
    const answer = this.#database.prepare('PRAGMA quick_check(1)').get();
    const verdict = String(Object.values(answer ?? {})[0]);
    if (verdict !== 'ok') assertUsable(this.#file, { state: 'corrupt', reason: verdict });
  }

  read<Result>(use: (view: IndexView) => Result): Result {
    return readSnapshot(this.#database, this.#view, this.#file, use);
  }

  fileState(path: string): FileState | undefined {
    return this.#attempt(() => this.#states.find(path));
  }

  files(): Iterable<StoredFile> {
    return this.#states.all();
  }

  filesBeneath(prefix: string): KnownFile[] {
    return this.#attempt(() => this.#states.beneath(prefix));
  }

  skipsBeneath(prefix: string): FileSkip[] {
    return this.#attempt(() => this.#skips.beneath(prefix));
  }

  fileSkip(path: string): FileSkip | undefined {
    return this.#attempt(() => this.#skips.find(path));
  }

  addFolder(folderPath: string, request: IndexRequest | null = null): void {
    const sql = `INSERT INTO folders(path, request) VALUES (?, ?)
      ON CONFLICT(path) DO UPDATE SET request = excluded.request WHERE request IS NULL AND excluded.request IS NOT NULL`;
    this.#attempt(() => this.#statements.get(sql).run(folderPath, request === null ? null : JSON.stringify(request)));
  }

  removeFolder(folderPath: string): void {
    this.#states.forgetNames();
    this.#attempt(() => this.#statements.get('DELETE FROM folders WHERE path = ?').run(folderPath));
  }

  commit(batch: StoreBatch): number {
    return this.#transaction(() => {
      const folder = this.#folderId(batch.folderPath);
      let documents = 0;
      let chunks = 0;
      for (const path of batch.remove) {
        const removed = this.#removeFile(path);
        documents -= removed.documents;
        chunks -= removed.chunks;
      }
      for (const file of batch.replace) {
        const change = this.#replaceFile(file, folder);
        documents += change.documents;
        chunks += change.chunks;
      }
      for (const touch of batch.touch) this.#touchFile(touch, folder);
      for (const skip of batch.skip) this.#skips.put(skip);
      if (batch.request !== undefined)
        this.#statements.get('UPDATE folders SET request = ? WHERE id = ?').run(JSON.stringify(batch.request), folder);
      if (batch.completedAt !== undefined) {
        this.#statements.get('UPDATE folders SET last_indexed_at = ? WHERE id = ?').run(batch.completedAt, folder);
        this.#statements.get("UPDATE meta SET value = ? WHERE key = 'last_indexed_at'").run(batch.completedAt);
        this.#database.exec('DELETE FROM recipes WHERE id NOT IN (SELECT recipe FROM files)');
      }
      this.#addToMeta('documents', documents);
      this.#addToMeta('chunks', chunks);
      return this.#addToMeta('generation', 1);
    });
  }

  clear(): void {
    this.#transaction(() => {
      const generation = this.#addToMeta('generation', 1);
      for (const name of tableNames) this.#database.exec(`DROP TABLE ${name}`);
      this.#database.exec(tables + textIndex);
      this.#addToMeta('generation', generation);
    });
    this.#attempt(() => this.#database.exec('VACUUM; PRAGMA wal_checkpoint(TRUNCATE);'));
  }

  sizeBytes(): number {
    return storeBytes(this.#file);
  }

  /** The merge is bounded, so that it may be called after small runs as well; what is left is merged by later commits. */
  compact(): void {
    this.#attempt(() => {
      this.#database.exec("INSERT INTO chunk_terms(chunk_terms, rank) VALUES('merge', 2000)");
      this.#database.exec('PRAGMA optimize; PRAGMA wal_checkpoint(TRUNCATE);');
    });
  }

  rest(): void {
    this.#attempt(() => this.#database.exec('PRAGMA wal_checkpoint(TRUNCATE); PRAGMA shrink_memory;'));
  }

  verify(): string[] {
    return checkStore(this.#database);
  }

  close(): void {
    this.#database.close();
  }

  #replaceFile(file: FileIndexed, folder: number): { documents: number; chunks: number } {
    const removed = this.#removeFile(file.path);
    const { lastInsertRowid } = this.#statements
      .get(`
      INSERT INTO files(id, path, folder, hash, size, mtime_ms, ctime_ms, ino, read_at_ms, language, source_type, recipe, chunk_count)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
      .run(
        removed.id,
        file.path,
        folder,
        Buffer.from(file.hash, 'hex'),
        file.sizeBytes,
        file.mtimeMs,
        file.ctimeMs,
        file.ino,
        file.readAtMs,
        file.language,
        file.sourceType,
        this.#recipeId(file.recipe),
        file.chunks.length,
      );
    const fileId = Number(lastInsertRowid);
    this.#statements.get('INSERT INTO texts(file, zstd) VALUES (?, ?)').run(fileId, file.text);
    const insertChunk = this.#statements.get(`
      INSERT INTO chunks(file, ordinal, chunk_id, start_offset, end_offset, start_line, end_line, symbol, kind, definitions)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`);
    for (const chunk of file.chunks) {
      const inserted = insertChunk.run(
        fileId,
        chunk.ordinal,
        Buffer.from(chunk.chunkId, 'hex'),
        chunk.startOffset,
        chunk.endOffset,
        chunk.startLine,
        chunk.endLine,
        chunk.symbol,
        chunk.kind,
        chunk.definitions.join(definitionSeparator),
      );
      this.#textIndex.insert(inserted.lastInsertRowid, chunk.bodyTokens, file.pathTokens, chunk.symbolTokens);
    }
    return { documents: 1 - removed.documents, chunks: file.chunks.length - removed.chunks };
  }

  /** @returns the freed file id, for its successor; null when the path was unknown */
  #removeFile(path: string): { id: number | null; documents: number; chunks: number } {
    this.#skips.remove(path);
    const known = this.#statements.get('SELECT id, chunk_count FROM files WHERE path = ?').get(path);
    if (known === undefined) return { id: null, documents: 0, chunks: 0 };
    const id = Number(known['id']);
    for (const row of this.#statements.get('SELECT id FROM chunks WHERE file = ?').all(id)) this.#textIndex.remove(Number(row['id']));
    this.#statements.get('DELETE FROM chunks WHERE file = ?').run(id);
    this.#statements.get('DELETE FROM texts WHERE file = ?').run(id);
    this.#statements.get('DELETE FROM files WHERE id = ?').run(id);
    return { id, documents: 1, chunks: Number(known['chunk_count']) };
  }

  #touchFile(touch: FileTouch, folder: number): void {
    this.#statements
      .get('UPDATE files SET folder = ?, size = ?, mtime_ms = ?, ctime_ms = ?, ino = ?, read_at_ms = ? WHERE path = ?')
      .run(folder, touch.sizeBytes, touch.mtimeMs, touch.ctimeMs, touch.ino, touch.readAtMs, touch.path);
  }

  #folderId(folderPath: string): number {
    this.addFolder(folderPath);
    return Number(this.#statements.get('SELECT id FROM folders WHERE path = ?').get(folderPath)?.['id']);
  }

  #recipeId(recipe: string): number {
    this.#statements.get('INSERT INTO recipes(recipe) VALUES (?) ON CONFLICT(recipe) DO NOTHING').run(recipe);
    return Number(this.#statements.get('SELECT id FROM recipes WHERE recipe = ?').get(recipe)?.['id']);
  }

  /** @returns the new value */
  #addToMeta(key: 'generation' | 'documents' | 'chunks', amount: number): number {
    return Number(this.#statements.get('UPDATE meta SET value = value + ? WHERE key = ? RETURNING value').get(amount, key)?.['value']);
  }

  #transaction<Result>(work: () => Result): Result {
    this.#states.forgetNames();
    return this.#attempt(() => {
      this.#database.exec('BEGIN IMMEDIATE');
      try {
        const result = work();
        this.#textIndex.settleTotals();
        this.#database.exec('COMMIT');
        return result;
      } catch (error) {
        this.#textIndex.forget();
        if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
        throw error;
      }
    });
  }

  #attempt<Result>(work: () => Result): Result {
    try {
      return work();
    } catch (error) {
      throw asStoreError(error, this.#file, this.#maxBytes);
    }
  }
}
