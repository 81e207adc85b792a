import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import zlib from 'node:zlib';
import { type IndexedFolder, type IndexRequest, indexRequestSchema } from '@agent-brain/contract/jobs';
import type { SourceType } from '@agent-brain/contract/query';
import type { ChunkFilter, ChunkMatch, ChunkRow, FolderRequest, IndexView, StoreInfo, TermQuery } from './index-store.ts';
import { storeBytes } from './store-file.ts';

/** Statements by their text, prepared once per connection. */
export class Statements {
  readonly #database: DatabaseSync;
  readonly #prepared = new Map<string, StatementSync>();

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  get(sql: string): StatementSync {
    let statement = this.#prepared.get(sql);
    if (statement === undefined) this.#prepared.set(sql, (statement = this.#database.prepare(sql)));
    return statement;
  }
}

const chunkColumns = `c.id AS row, c.file, c.chunk_id, c.ordinal, c.start_offset, c.end_offset, c.start_line, c.end_line,
  c.symbol, c.kind, c.definitions, f.path, f.language, f.source_type`;

interface ChunkRecord {
  row: number;
  file: number;
  chunk_id: Uint8Array;
  ordinal: number;
  start_offset: number;
  end_offset: number;
  start_line: number;
  end_line: number;
  symbol: string;
  kind: string;
  definitions: string;
  path: string;
  language: string;
  source_type: SourceType;
}

/** Between the names a chunk defines; cannot stand in a name. */
export const definitionSeparator = '\n';

const toChunkRow = (record: ChunkRecord): ChunkRow => ({
  row: record.row,
  file: record.file,
  chunkId: Buffer.from(record.chunk_id).toString('hex'),
  path: record.path,
  language: record.language,
  sourceType: record.source_type,
  ordinal: record.ordinal,
  startOffset: record.start_offset,
  endOffset: record.end_offset,
  startLine: record.start_line,
  endLine: record.end_line,
  symbol: record.symbol,
  kind: record.kind,
  definitions: record.definitions === '' ? [] : record.definitions.split(definitionSeparator),
});

/** Reads inside the transaction its owner has begun. */
export class SqliteView implements IndexView {
  readonly #file: string;
  readonly #statements: Statements;
  #pathTest: (path: string) => boolean = () => true;

  constructor(file: string, database: DatabaseSync, statements: Statements) {
    this.#file = file;
    this.#statements = statements;
    database.function('path_passes', { deterministic: false }, (path) => (this.#pathTest(String(path)) ? 1 : 0));
  }

  info(): StoreInfo {
    const meta = new Map<string, unknown>();
    for (const { key, value } of this.#statements.get('SELECT key, value FROM meta').all()) meta.set(String(key), value);
    return {
      generation: Number(meta.get('generation')),
      documents: Number(meta.get('documents')),
      chunks: Number(meta.get('chunks')),
      bytes: storeBytes(this.#file),
      lastIndexedAt: (meta.get('last_indexed_at') as string | null) ?? null,
      recipes: this.#statements
        .get('SELECT recipe FROM recipes ORDER BY id')
        .all()
        .map((row) => String(row['recipe'])),
    };
  }

  folders(): IndexedFolder[] {
    const sql = `SELECT o.path AS folder_path, count(f.id) AS documents, coalesce(sum(f.chunk_count), 0) AS chunks, o.last_indexed_at
      FROM folders o LEFT JOIN files f ON f.folder = o.id GROUP BY o.id ORDER BY o.path`;
    return this.#statements
      .get(sql)
      .all()
      .map((row) => ({ ...(row as unknown as IndexedFolder) }));
  }

  folderRequests(): FolderRequest[] {
    return this.#statements
      .get('SELECT path, request FROM folders ORDER BY path')
      .all()
      .map((row) => ({ folderPath: String(row['path']), request: parseRequest(row['request'] as string | null) }));
  }

  match(query: TermQuery): ChunkMatch[] {
    if (query.terms.length === 0) return [];
    const { condition, values } = this.#filterSql(query.filter);
    const sql = `SELECT m.score, ${chunkColumns}
      FROM (SELECT rowid AS id, -bm25(chunk_terms, ?, ?, ?) AS score FROM chunk_terms
            WHERE chunk_terms MATCH ? ${condition} ORDER BY score DESC, rowid LIMIT ?) m
      JOIN chunks c ON c.id = m.id JOIN files f ON f.id = c.file
      ORDER BY m.score DESC, m.id`;
    const { body, path, symbol } = query.weights;
    const rows = this.#statements.get(sql).all(body, path, symbol, matchExpression(query), ...values, query.limit);
    return (rows as unknown as (ChunkRecord & { score: number })[]).map((row) => ({ ...toChunkRow(row), score: row.score }));
  }

  chunk(chunkId: string): ChunkRow | undefined {
    // `Buffer.from` reads as far as there is hex, in either case.
    const bytes = Buffer.from(chunkId, 'hex');
    return bytes.toString('hex') === chunkId ? this.#one('c.chunk_id = ?', bytes) : undefined;
  }

  chunkAt(file: number, ordinal: number): ChunkRow | undefined {
    return this.#one('c.file = ? AND c.ordinal = ?', file, ordinal);
  }

  text(file: number): string {
    const row = this.#statements.get('SELECT zstd FROM texts WHERE file = ?').get(file);
    if (row === undefined) return '';
    return zlib.zstdDecompressSync(row['zstd'] as Uint8Array).toString('utf8');
  }

  #one(condition: string, ...values: SQLInputValue[]): ChunkRow | undefined {
    const row = this.#statements
      .get(`SELECT ${chunkColumns} FROM chunks c JOIN files f ON f.id = c.file WHERE ${condition}`)
      .get(...values);
    return row === undefined ? undefined : toChunkRow(row as unknown as ChunkRecord);
  }

  /**
   * The unary plus keeps the planner from asking the text index once per allowed row: the allowed rows
   * become a set that each match is looked up in.
   */
  #filterSql(filter: ChunkFilter | undefined): { condition: string; values: SQLInputValue[] } {
    const conditions: string[] = [];
    const values: SQLInputValue[] = [];
    const isOneOf = (column: string, allowed: readonly string[] | undefined) => {
      if (allowed === undefined) return;
      conditions.push(`f.${column} IN (${allowed.map(() => '?').join(', ')})`);
      values.push(...allowed);
    };
    isOneOf('language', filter?.languages);
    isOneOf('source_type', filter?.sourceTypes);
    if (filter?.path !== undefined) {
      this.#pathTest = filter.path;
      conditions.push('path_passes(f.path)');
    }
    if (conditions.length === 0) return { condition: '', values };
    const allowed = `SELECT c.id FROM files f JOIN chunks c ON c.file = f.id WHERE ${conditions.join(' AND ')}`;
    return { condition: `AND +rowid IN (${allowed})`, values };
  }
}

/** What another version stored and this one cannot read counts as unknown. */
function parseRequest(json: string | null): IndexRequest | null {
  if (json === null) return null;
  try {
    return indexRequestSchema.safeParse(JSON.parse(json)).data ?? null;
  } catch {
    return null;
  }
}

/** FTS5 query: any of the terms. Quoted, so that no term is read as an operator. */
function matchExpression({ terms, columns }: TermQuery): string {
  const anyTerm = terms.map((term) => `"${term.replaceAll('"', '""')}"`).join(' OR ');
  return columns === undefined ? anyTerm : `{${columns.join(' ')}} : (${anyTerm})`;
}
