import { DatabaseSync } from 'node:sqlite';
import type { IndexRequest } from '@agent-brain/contract/jobs';
import { DamagedBytes } from '../bytes/index.ts';
import { changeFiles } from './change-files.ts';
import { checkStore } from './check-store.ts';
import { giveBackLog, giveBackPages } from './given-back.ts';
import { FileStates } from './file-states.ts';
import { FileTable } from './file-table.ts';
import { FolderList, readFolderList } from './folder-list.ts';
import type { FileSkip, FileState, IndexStore, IndexView, KnownFile, StoreBatch, StoredFile } from './index-store.ts';
import { assertOwnSchema, findImbalance, quickCheck } from './opening-checks.ts';
import { repairRows, type RowRepair } from './repair-rows.ts';
import { createTables, emptyTables, pageSize } from './schema.ts';
import { SegmentMerger } from './segment-merger.ts';
import { SegmentWriter } from './segment-writer.ts';
import { SkipTable } from './skip-table.ts';
import { readSnapshot } from './sqlite-reader.ts';
import { StoreParts } from './store-parts.ts';
import { asStoreError, isDamage } from './store-error.ts';
import { assertUsable, createStoreFile, hasLog, inspectStoreFile, logBytes, storeBytes } from './store-file.ts';

const BUSY_TIMEOUT_MS = 5_000;
const WRITE_CACHE_KIB = 16_384;
/** Dictionary and postings that the writer keeps: it reads them to merge, each once. */
const POSTINGS_CACHE_BYTES = 1024 * 1024;
/** Pages in the log before it is copied back: 16 MB, so that one batch is one or two checkpoints, not ten. */
const CHECKPOINT_PAGES = 2_048;
/**
 * A store up to this size is checked page by page whenever a writer opens it (a few ms per MB), a larger one
 * only when the last writer left its log behind, which it does when it is killed.
 */
const QUICK_CHECK_LIMIT_BYTES = 16 * 1024 * 1024;
/** Postings of one slice of a merge: some ten milliseconds. */
const MERGE_POSTINGS = 100_000;
/** A larger log is put back into the file when all else is done; so often while readers are in the way. */
const [LOG_BYTES, LOG_TRIES] = [1024 * 1024, 8];
export interface StoreOptions {
  /** Of the database file, kept to the page; 0 (the default) means no limit. */
  maxBytes?: number;
  /** Postings of one slice of a merge, about; default 100,000. */
  mergePostings?: number;
}

/**
 * The store in one SQLite file, written by one connection.
 * Write-ahead log with `synchronous=normal`: a killed process loses nothing that was committed; a power
 * failure may lose the last commits, never the integrity.
 */
export class SqliteIndexStore implements IndexStore {
  readonly #file: string;
  readonly #database: DatabaseSync;
  readonly #maxBytes: number;
  readonly #mergePostings: number;
  readonly #parts: StoreParts;
  readonly #segments: SegmentWriter;
  readonly #merger: SegmentMerger;
  readonly #fileTable: FileTable;
  readonly #states: FileStates;
  readonly #skips: SkipTable;
  readonly #folderList: FolderList;
  #logTries = 0;

  private constructor(file: string, database: DatabaseSync, { maxBytes, mergePostings }: Required<StoreOptions>) {
    this.#file = file;
    this.#maxBytes = maxBytes;
    this.#mergePostings = mergePostings;
    this.#database = database;
    this.#parts = new StoreParts(file, database, POSTINGS_CACHE_BYTES);
    const { statements, meta, rows, segments, texts } = this.#parts;
    this.#segments = new SegmentWriter(statements, meta, rows);
    this.#merger = new SegmentMerger(meta, rows, segments, this.#segments);
    this.#fileTable = new FileTable(statements, meta, texts);
    this.#states = new FileStates(statements);
    this.#skips = new SkipTable(statements);
    this.#folderList = new FolderList(file);
  }

  /**
   * Opens the store, or makes it.
   * @throws INDEX_NEWER, INDEX_CORRUPT, DISK_FULL
   */
  static open(file: string, { maxBytes = 0, mergePostings = MERGE_POSTINGS }: StoreOptions = {}): SqliteIndexStore {
    const found = inspectStoreFile(file);
    assertUsable(file, found);
    const needsCheck = found.state === 'usable' && (hasLog(file) || storeBytes(file) <= QUICK_CHECK_LIMIT_BYTES);
    let database: DatabaseSync | undefined;
    try {
      if (found.state === 'missing') createStoreFile(file);
      database = new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS });
      if (found.state === 'missing') createTables(database);
      else assertOwnSchema(file, database);
      database.exec(`
        PRAGMA journal_mode = WAL;
        PRAGMA synchronous = NORMAL;
        PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES};
        PRAGMA cache_size = -${WRITE_CACHE_KIB};
        PRAGMA temp_store = MEMORY;`);
      if (maxBytes > 0) database.exec(`PRAGMA max_page_count = ${Math.ceil(maxBytes / pageSize)}`);
      const store = new SqliteIndexStore(file, database, { maxBytes, mergePostings });
      if (needsCheck) quickCheck(file, database);
      store.#removeLeftovers();
      // The list beside a new store may be all that is known of the one before.
      if (found.state !== 'missing' || readFolderList(file).length === 0) store.#saveFolders();
      return store;
    } catch (error) {
      database?.close();
      throw asStoreError(error, file);
    }
  }

  read<Result>(use: (view: IndexView) => Result): Result {
    return readSnapshot(this.#database, this.#parts.view, this.#file, use);
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
    this.#attempt(() => this.#run(sql, folderPath, request === null ? null : JSON.stringify(request)));
    if (!this.#database.isTransaction) this.#saveFolders();
  }

  #saveFolders(): void {
    this.#folderList.save(this.#parts.view.folderRequests());
  }

  removeFolder(folderPath: string): void {
    this.#states.forgetNames();
    this.#attempt(() => this.#run('DELETE FROM folders WHERE path = ?', folderPath));
    this.#saveFolders();
  }

  commit(batch: StoreBatch): number {
    this.#states.forgetNames();
    const { statements, meta, segments } = this.#parts;
    const generation = this.#transaction(() => {
      const folder = this.#folderId(batch.folderPath);
      const tables = { statements, files: this.#fileTable, skips: this.#skips };
      const { dead, deadChunks, inserted, growth } = changeFiles(batch, folder, tables);
      const killed = dead.length === 0 ? 0 : this.#segments.kill(dead, segments.current());
      if (killed !== deadChunks) throw new DamagedBytes(`${deadChunks} chunks of ${dead.length} files are to go, and ${killed} are found`);
      this.#segments.add(inserted);
      for (const touch of batch.touch) this.#fileTable.touch(touch, folder);
      this.#skips.take(batch);
      if (batch.request !== undefined) this.#run('UPDATE folders SET request = ? WHERE id = ?', JSON.stringify(batch.request), folder);
      if (batch.completedAt !== undefined) {
        this.#run('UPDATE folders SET last_indexed_at = ? WHERE id = ?', batch.completedAt, folder);
        meta.setLastIndexedAt(batch.completedAt);
        this.#database.exec('DELETE FROM recipes WHERE id NOT IN (SELECT recipe FROM files)');
      }
      meta.add('documents', growth.documents);
      meta.add('chunks', growth.chunks);
      if (dead.length > 0 || inserted.length > 0) meta.add('layout', 1);
      return meta.add('generation', 1);
    });
    this.#logTries = 0;
    if (batch.request !== undefined) this.#saveFolders();
    return generation;
  }

  clear(): void {
    const { meta } = this.#parts;
    this.#states.forgetNames();
    this.#merger.forget();
    this.#transaction(() => {
      emptyTables(this.#database);
      meta.add('layout', 1);
      meta.add('generation', 1);
    });
    this.#saveFolders();
    this.#attempt(() => this.#database.exec('VACUUM; PRAGMA wal_checkpoint(TRUNCATE);'));
  }

  sizeBytes(): number {
    return storeBytes(this.#file);
  }

  maintain(): boolean {
    try {
      if (this.#transaction(() => this.#merger.step(this.#mergePostings))) return true;
      if (this.#transaction(() => this.#parts.texts.repack())) return true;
      return this.#attempt(() => giveBackPages(this.#database) || this.#giveBackLog());
    } catch (error) {
      if (this.#merger.forget()) this.#removeLeftovers();
      throw error;
    }
  }

  /** @returns whether it is worth another try */
  #giveBackLog(): boolean {
    if (logBytes(this.#file) < LOG_BYTES || this.#logTries++ >= LOG_TRIES) return false;
    return !giveBackLog(this.#database, BUSY_TIMEOUT_MS);
  }

  rest(): void {
    this.#attempt(() => this.#database.exec('PRAGMA wal_checkpoint(TRUNCATE); PRAGMA shrink_memory;'));
  }

  verify(): string[] {
    return checkStore(this.#database, this.#parts);
  }

  imbalance(): string | null {
    return this.#attempt(() => findImbalance(this.#parts.statements));
  }

  /**
   * Takes out what is not whole, so that all else goes on answering; the folders have to be compared afterwards.
   * @returns null when the damage is of another kind, and the store as it was
   */
  repairRows(): RowRepair | null {
    this.#states.forgetNames();
    this.#merger.forget();
    try {
      const repaired = this.#transaction(() => {
        const done = repairRows(this.#parts, this.#fileTable, this.#segments);
        const [problem] = this.verify();
        if (problem !== undefined) throw new DamagedBytes(problem);
        return done;
      });
      this.#removeLeftovers();
      return repaired;
    } catch (error) {
      if (isDamage(error)) return null;
      throw error;
    } finally {
      this.#parts.segments.forget();
    }
  }

  close(): void {
    this.#database.close();
  }

  #removeLeftovers(): void {
    const { rows, statements } = this.#parts;
    const listed = () =>
      new Set(
        statements
          .get('SELECT id FROM segments')
          .all()
          .map((row) => Number(row['id'])),
      );
    this.#transaction(() => rows.removeExcept(listed()));
  }

  #folderId(folderPath: string): number {
    this.addFolder(folderPath);
    return Number(this.#parts.statements.get('SELECT id FROM folders WHERE path = ?').get(folderPath)?.['id']);
  }

  #run = (sql: string, ...values: (string | number | null)[]) => this.#parts.statements.get(sql).run(...values);

  #transaction<Result>(work: () => Result): Result {
    return this.#attempt(() => {
      this.#database.exec('BEGIN IMMEDIATE');
      try {
        const result = work();
        this.#database.exec('COMMIT');
        return result;
      } catch (error) {
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
