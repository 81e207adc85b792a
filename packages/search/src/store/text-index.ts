import type { DatabaseSync } from 'node:sqlite';
import type { Statements } from './sqlite-view.ts';

const COLUMNS = 3;
/** Row of `chunk_terms_data` with the number of rows and the sums of their lengths, one varint each. */
const TOTALS_ROW = 1;

/**
 * Writes the FTS5 table inside the transaction of its owner.
 *
 * FTS5 forgets one thing when a row of a `contentless_delete` table goes: its count of rows and the
 * sums of lengths stay as they were, so that after many replacements idf and length norm drift away
 * from those of a fresh index. {@link settleTotals} puts them right; the contract test that compares
 * with exact BM25 would notice if SQLite came to do it by itself.
 */
export class TextIndex {
  readonly #database: DatabaseSync;
  readonly #statements: Statements;
  #removedRows = 0;
  #removedLengths = new Array<number>(COLUMNS).fill(0);

  constructor(database: DatabaseSync, statements: Statements) {
    this.#database = database;
    this.#statements = statements;
  }

  insert(row: number | bigint, body: string, path: string, symbol: string): void {
    this.#statements.get('INSERT INTO chunk_terms(rowid, body, path, symbol) VALUES (?, ?, ?, ?)').run(row, body, path, symbol);
  }

  remove(row: number): void {
    const lengths = this.#statements.get('SELECT sz FROM chunk_terms_docsize WHERE id = ?').get(row);
    if (lengths === undefined) return;
    readVarints(lengths['sz'] as Uint8Array, COLUMNS).forEach((length, column) => {
      this.#removedLengths[column] = (this.#removedLengths[column] ?? 0) + length;
    });
    this.#removedRows += 1;
    this.#statements.get('DELETE FROM chunk_terms WHERE rowid = ?').run(row);
  }

  /** The last write of the transaction. A savepoint makes FTS5 write out its own totals first. */
  settleTotals(): void {
    if (this.#removedRows === 0) return;
    this.#database.exec('SAVEPOINT totals');
    const stored = this.#statements.get('SELECT block FROM chunk_terms_data WHERE id = ?').get(TOTALS_ROW);
    const totals = readVarints(stored?.['block'] as Uint8Array, COLUMNS + 1);
    const removed = [this.#removedRows, ...this.#removedLengths];
    const settled = writeVarints(totals.map((total, index) => total - (removed[index] ?? 0)));
    allowShadowTables(this.#database, true);
    try {
      this.#statements.get('UPDATE chunk_terms_data SET block = ? WHERE id = ?').run(settled, TOTALS_ROW);
    } finally {
      allowShadowTables(this.#database, false);
    }
    this.#database.exec('RELEASE totals');
    this.forget();
  }

  /** After a rollback: what was counted did not happen. */
  forget(): void {
    this.#removedRows = 0;
    this.#removedLengths.fill(0);
  }
}

/** Node 24.12 and later refuse writes to shadow tables unless told; older ones have neither the guard nor the method. */
function allowShadowTables(database: DatabaseSync, allowed: boolean): void {
  (database as DatabaseSync & { enableDefensive?(active: boolean): void }).enableDefensive?.(!allowed);
}

/** SQLite's varints: seven bits a byte, high bits first; the counts here never reach the nine-byte form. */
function readVarints(bytes: Uint8Array, count: number): number[] {
  const values: number[] = [];
  let value = 0;
  for (const byte of bytes) {
    value = value * 128 + (byte & 0x7f);
    if (byte < 0x80) {
      values.push(value);
      value = 0;
    }
  }
  while (values.length < count) values.push(0);
  return values.slice(0, count);
}

function writeVarints(values: readonly number[]): Uint8Array {
  const bytes: number[] = [];
  for (const value of values) {
    const groups = [value % 128];
    for (let rest = Math.floor(value / 128); rest > 0; rest = Math.floor(rest / 128)) groups.unshift((rest % 128) + 128);
    bytes.push(...groups);
  }
  return Uint8Array.from(bytes);
}
