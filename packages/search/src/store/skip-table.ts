import type { SQLOutputValue } from 'node:sqlite';
import { pathsBeneath } from './file-states.ts';
import type { FileSkip } from './index-store.ts';
import type { Statements } from './statements.ts';

/** The table of files that were read and are not for the index. Writes stand in the transaction of the owner. */
export class SkipTable {
  readonly #statements: Statements;

  constructor(statements: Statements) {
    this.#statements = statements;
  }

  find(path: string): FileSkip | undefined {
    const row = this.#statements.get('SELECT * FROM skips WHERE path = ?').get(path);
    return row === undefined ? undefined : toSkip(row);
  }

  beneath(prefix: string): FileSkip[] {
    const { condition, values } = pathsBeneath(prefix);
    return this.#statements
      .get(`SELECT * FROM skips ${condition}`)
      .all(...values)
      .map(toSkip);
  }

  put({ path, sizeBytes, mtimeMs, ctimeMs, ino, readAtMs, reason, recipe }: FileSkip): void {
    this.#statements
      .get('INSERT OR REPLACE INTO skips(path, size, mtime_ms, ctime_ms, ino, read_at_ms, reason, recipe) VALUES (?, ?, ?, ?, ?, ?, ?, ?)')
      .run(path, sizeBytes, mtimeMs, ctimeMs, ino, readAtMs, reason, recipe);
  }

  remove(path: string): void {
    this.#statements.get('DELETE FROM skips WHERE path = ?').run(path);
  }
}

const toSkip = (row: Record<string, SQLOutputValue>): FileSkip => ({
  path: String(row['path']),
  sizeBytes: Number(row['size']),
  mtimeMs: Number(row['mtime_ms']),
  ctimeMs: Number(row['ctime_ms']),
  ino: Number(row['ino']),
  readAtMs: Number(row['read_at_ms']),
  reason: row['reason'] as FileSkip['reason'],
  recipe: String(row['recipe']),
});
