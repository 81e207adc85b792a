import type { SQLOutputValue } from 'node:sqlite';
import type { FileState, KnownFile, StoredFile } from './index-store.ts';
import type { Statements } from './statements.ts';

const columns = 'id, folder, lower(hex(hash)) AS hash, size, mtime_ms, ctime_ms, ino, read_at_ms, recipe';

/** Of a table with paths as text: those that begin with `prefix`, which ends with `/` or is empty. */
export function pathsBeneath(prefix: string): { condition: string; values: string[] } {
  if (prefix === '') return { condition: '', values: [] };
  // `0` follows `/`: all that begins with the prefix stands between the two.
  return { condition: 'WHERE path > ? AND path < ?', values: [prefix, `${prefix.slice(0, -1)}0`] };
}

/** What the table of files knows of a file without its rows. */
export class FileStates {
  readonly #statements: Statements;
  readonly #names = new Map<string, string>();

  constructor(statements: Statements) {
    this.#statements = statements;
  }

  find(path: string): FileState | undefined {
    const row = this.#statements.get(`SELECT ${columns} FROM files WHERE path = ?`).get(path);
    return row === undefined ? undefined : this.#toState(row);
  }

  beneath(prefix: string): KnownFile[] {
    const { condition, values } = pathsBeneath(prefix);
    const rows = this.#statements.get(`SELECT path, ${columns} FROM files ${condition}`).all(...values);
    return rows.map((row) => {
      const known = this.#toState(row) as KnownFile;
      known.path = String(row['path']);
      return known;
    });
  }

  *all(): Generator<StoredFile> {
    const rows = this.#statements.get('SELECT f.id, f.path, o.path AS folder FROM files f JOIN folders o ON o.id = f.folder').iterate();
    for (const row of rows) yield { id: Number(row['id']), path: String(row['path']), folderPath: String(row['folder']) };
  }

  #toState(row: Record<string, SQLOutputValue>): FileState {
    return {
      id: Number(row['id']),
      folderPath: this.#nameOf('folders', 'path', Number(row['folder'])),
      hash: String(row['hash']),
      sizeBytes: Number(row['size']),
      mtimeMs: Number(row['mtime_ms']),
      ctimeMs: Number(row['ctime_ms']),
      ino: Number(row['ino']),
      readAtMs: Number(row['read_at_ms']),
      recipe: this.#nameOf('recipes', 'recipe', Number(row['recipe'])),
    };
  }

  /** Numbers of folders and recipes may mean others from now on. */
  forgetNames(): void {
    this.#names.clear();
  }

  /** Folders and recipes are few and asked for with every file: a join would double the cost of looking at a file. */
  #nameOf(table: 'folders' | 'recipes', column: string, id: number): string {
    const key = `${table} ${id}`;
    let name = this.#names.get(key);
    if (name === undefined) {
      name = String(this.#statements.get(`SELECT ${column} AS name FROM ${table} WHERE id = ?`).get(id)?.['name']);
      this.#names.set(key, name);
    }
    return name;
  }
}
