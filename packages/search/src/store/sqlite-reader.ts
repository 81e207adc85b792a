import { DatabaseSync } from 'node:sqlite';
import { findImbalance } from './opening-checks.ts';
import { checkStore } from './check-store.ts';
import type { IndexReader, IndexView, StoreCheck } from './index-store.ts';
import type { SqliteView } from './sqlite-view.ts';
import { asStoreError } from './store-error.ts';
import { assertUsable, fileIdentity, inspectStoreFile } from './store-file.ts';
import { StoreParts } from './store-parts.ts';

const BUSY_TIMEOUT_MS = 5_000;
const READ_CACHE_KIB = 8_192;
/** Dictionary and postings that are kept as they are used, above SQLite's own cache of pages. */
const POSTINGS_CACHE_BYTES = 24 * 1024 * 1024;

/** Runs `use` in one read transaction of the connection. */
export function readSnapshot<Result>(database: DatabaseSync, view: SqliteView, file: string, use: (view: IndexView) => Result): Result {
  try {
    database.exec('BEGIN');
    try {
      return use(view);
    } finally {
      view.endSnapshot();
      if (database.isTransaction) database.exec('COMMIT');
    }
  } catch (error) {
    throw asStoreError(error, file);
  }
}

/** A read-only connection to the store, next to the writer of another thread. */
export class SqliteIndexReader implements IndexReader {
  readonly #file: string;
  readonly #database: DatabaseSync;
  readonly #parts: StoreParts;
  readonly #identity: string | null;

  private constructor(file: string, database: DatabaseSync, identity: string | null) {
    this.#file = file;
    this.#identity = identity;
    this.#database = database;
    this.#parts = new StoreParts(file, database, POSTINGS_CACHE_BYTES);
  }

  /** @returns null when there is no store yet, or one of an older format, which the next run replaces; @throws INDEX_NEWER, INDEX_CORRUPT */
  static open(file: string): SqliteIndexReader | null {
    const found = inspectStoreFile(file);
    if (found.state === 'missing' || found.state === 'older') return null;
    assertUsable(file, found);
    try {
      const identity = fileIdentity(file);
      const database = new DatabaseSync(file, { readOnly: true, timeout: BUSY_TIMEOUT_MS });
      database.exec(`PRAGMA cache_size = -${READ_CACHE_KIB}`);
      return new SqliteIndexReader(file, database, identity);
    } catch (error) {
      throw asStoreError(error, file);
    }
  }

  /** Whether the path still names the file that was opened: a file that was removed can be read for ever. */
  isCurrent(): boolean {
    return fileIdentity(this.#file) === this.#identity;
  }

  read<Result>(use: (view: IndexView) => Result): Result {
    return readSnapshot(this.#database, this.#parts.view, this.#file, use);
  }

  /** As {@link findImbalance}. */
  imbalance(): string | null {
    return readSnapshot(this.#database, this.#parts.view, this.#file, () => findImbalance(this.#parts.statements));
  }

  /** Reads everything, in one snapshot. */
  check(): StoreCheck {
    return readSnapshot(this.#database, this.#parts.view, this.#file, (view) => {
      const problems = checkStore(this.#database, this.#parts);
      return { problems, info: problems.length > 0 ? null : view.info() };
    });
  }

  close(): void {
    this.#database.close();
  }
}
