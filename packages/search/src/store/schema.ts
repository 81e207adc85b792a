import type { DatabaseSync } from 'node:sqlite';

/** Form of the tables below. A store with a larger number was written by a newer version and is left alone. */
export const storeFormat = 1;

/** "ABix" in the header of the file (`PRAGMA application_id`): tells our store from any other database. */
export const applicationId = 0x41_42_69_78;

/** Pages of 8 kB: a third fewer overflow chains for the texts than 4 kB, no slower on small rows. */
export const pageSize = 8192;

/**
 * The text index is contentless: it keeps postings and lengths only, the text stands in `texts`.
 * `detail` stays `full` because bm25() of a contentless table counts occurrences from the stored
 * positions and ranks wrongly, without an error, when they are left out. Its tokenizer is `ascii`,
 * which takes every byte above 127 as part of a token: the text is tokenised before, and must not be
 * split or folded again.
 */
export const textIndex = `
CREATE VIRTUAL TABLE chunk_terms USING fts5(
  body, path, symbol,
  content='', contentless_delete=1, detail=full, columnsize=1,
  tokenize="ascii tokenchars '_$'"
);
INSERT INTO chunk_terms(chunk_terms, rank) VALUES('hashsize', 16777216);
`;

export const tables = `
CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID;
INSERT INTO meta(key, value) VALUES ('generation', 0), ('documents', 0), ('chunks', 0), ('last_indexed_at', NULL);

CREATE TABLE folders (
  id INTEGER PRIMARY KEY,
  path TEXT NOT NULL UNIQUE,
  last_indexed_at TEXT,
  request TEXT
);

CREATE TABLE recipes (id INTEGER PRIMARY KEY, recipe TEXT NOT NULL UNIQUE);

CREATE TABLE files (
  id INTEGER PRIMARY KEY,
  path TEXT NOT NULL UNIQUE,
  folder INTEGER NOT NULL REFERENCES folders(id),
  hash BLOB NOT NULL,
  size INTEGER NOT NULL,
  mtime_ms REAL NOT NULL,
  ctime_ms REAL NOT NULL,
  ino REAL NOT NULL,
  read_at_ms REAL NOT NULL,
  language TEXT NOT NULL,
  source_type TEXT NOT NULL,
  recipe INTEGER NOT NULL REFERENCES recipes(id),
  chunk_count INTEGER NOT NULL
);
CREATE INDEX files_of_folder ON files(folder, chunk_count);

CREATE TABLE skips (
  path TEXT PRIMARY KEY,
  size INTEGER NOT NULL,
  mtime_ms REAL NOT NULL,
  ctime_ms REAL NOT NULL,
  ino REAL NOT NULL,
  read_at_ms REAL NOT NULL,
  reason TEXT NOT NULL,
  recipe TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE texts (file INTEGER PRIMARY KEY REFERENCES files(id), zstd BLOB NOT NULL);

CREATE TABLE chunks (
  id INTEGER PRIMARY KEY,
  file INTEGER NOT NULL REFERENCES files(id),
  ordinal INTEGER NOT NULL,
  chunk_id BLOB NOT NULL,
  start_offset INTEGER NOT NULL,
  end_offset INTEGER NOT NULL,
  start_line INTEGER NOT NULL,
  end_line INTEGER NOT NULL,
  symbol TEXT NOT NULL,
  kind TEXT NOT NULL,
  definitions TEXT NOT NULL
);
CREATE INDEX chunks_of_file ON chunks(file, ordinal);
CREATE INDEX chunks_by_id ON chunks(chunk_id);
`;

export const tableNames = ['chunk_terms', 'chunks', 'texts', 'skips', 'files', 'recipes', 'folders', 'meta'] as const;

/** All of the header is in place before the log is switched on, so that `inspectStoreFile` may trust it. */
export function createTables(database: DatabaseSync): void {
  database.exec(`PRAGMA page_size = ${pageSize}; BEGIN IMMEDIATE;`);
  database.exec(`PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${storeFormat};`);
  database.exec(tables + textIndex);
  database.exec('COMMIT');
}

export function hasAllTables(database: DatabaseSync): boolean {
  const present = new Set(
    database
      .prepare("SELECT name FROM sqlite_schema WHERE type = 'table'")
      .all()
      .map((row) => String(row['name'])),
  );
  return tableNames.every((name) => present.has(name));
}
