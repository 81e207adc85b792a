import { DatabaseSync } from 'node:sqlite';

/**
 * Form of the tables below (docs/index-format.md). A store with a larger number was written by a newer
 * version and is left alone; one with a smaller number is replaced by a new one and filled again.
 */
export const storeFormat = 2;

/** "ABix" in the header of the file (`PRAGMA application_id`): tells our store from any other database. */
export const applicationId = 0x41_42_69_78;

/** Pages of 8 kB: two blocks of a dictionary to a page, and short overflow chains for the texts. */
export const pageSize = 8192;

/**
 * Numbers of files, rows, segments and blocks only ever rise and outlive a clearing: they are keys of caches
 * in other threads, and the order of rows is the order of segments.
 */
const counters = `
CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID;
INSERT INTO meta(key, value) VALUES
  ('generation', 0), ('layout', 0), ('documents', 0), ('chunks', 0), ('last_indexed_at', NULL),
  ('next_file', 1), ('next_row', 1), ('next_segment', 1), ('next_block', 1);
`;

const tables = `
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
  chunk_count INTEGER NOT NULL,
  text_block INTEGER NOT NULL REFERENCES text_blocks(id),
  text_offset INTEGER NOT NULL,
  text_length INTEGER NOT NULL
);
CREATE INDEX files_of_folder ON files(folder, chunk_count);
CREATE INDEX files_of_text_block ON files(text_block);

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

CREATE TABLE outlines (file INTEGER PRIMARY KEY, first_row INTEGER NOT NULL, chunks BLOB NOT NULL);

CREATE TABLE text_blocks (id INTEGER PRIMARY KEY, length INTEGER NOT NULL, live INTEGER NOT NULL);
CREATE TABLE texts (block INTEGER PRIMARY KEY, zstd BLOB NOT NULL);
CREATE INDEX text_blocks_wasted ON text_blocks(id) WHERE live * 2 < length;

CREATE TABLE segments (
  id INTEGER PRIMARY KEY,
  first_row INTEGER NOT NULL,
  documents INTEGER NOT NULL,
  dead INTEGER NOT NULL,
  tombstones BLOB
);

CREATE TABLE segment_rows (id INTEGER PRIMARY KEY, data BLOB NOT NULL);
`;

/** Those that name others first. */
const tableNames = [
  'outlines',
  'files',
  'folders',
  'recipes',
  'skips',
  'texts',
  'text_blocks',
  'segments',
  'segment_rows',
  'meta',
] as const;

/** All of the header is in place before the log is switched on, so that `inspectStoreFile` may trust it. */
export function createTables(database: DatabaseSync): void {
  // Outside of the transaction, auto_vacuum writes a header of its own, which a reader takes for another program's.
  database.exec(`PRAGMA page_size = ${pageSize}; BEGIN; PRAGMA auto_vacuum = INCREMENTAL;`);
  database.exec(`PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${storeFormat};`);
  database.exec(counters + tables);
  database.exec('COMMIT');
}

/** Inside a transaction: everything goes but the counters. */
export function emptyTables(database: DatabaseSync): void {
  for (const name of tableNames) if (name !== 'meta') database.exec(`DROP TABLE ${name}`);
  database.exec(tables);
  database.exec(
    "UPDATE meta SET value = 0 WHERE key IN ('documents', 'chunks'); UPDATE meta SET value = NULL WHERE key = 'last_indexed_at';",
  );
}

type SchemaRow = Record<'type' | 'name' | 'sql', string | null>;

/** What `sqlite_schema` says of tables and indexes, but for those that SQLite makes by itself. */
const schemaOf = (database: DatabaseSync): string[] =>
  (database.prepare("SELECT type, name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' ORDER BY name").all() as SchemaRow[]).map(
    ({ type, name, sql }) => `${type} ${name}: ${sql}`,
  );

let expected: string[] | undefined;

/** @returns what of the schema is not as this version makes it; null when all is well */
export function findForeignSchema(database: DatabaseSync): string | null {
  if (expected === undefined) {
    const model = new DatabaseSync(':memory:');
    model.exec(counters + tables);
    expected = schemaOf(model);
    model.close();
  }
  const found = schemaOf(database);
  if (expected.every((entry) => found.includes(entry)) && found.length === expected.length) return null;
  const differing = [...expected.filter((entry) => !found.includes(entry)), ...found.filter((entry) => !expected?.includes(entry))];
  return `its tables are not those of an index (${differing[0]?.split(':')[0]})`;
}
