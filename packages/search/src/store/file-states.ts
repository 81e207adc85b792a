import type { FileState, KnownFile, StoredFile } from './index-store.ts';
import type { Statements } from './statements.ts';

const columns = 'id, folder, lower(hex(hash)) AS hash, size, mtime_ms, ctime_ms, ino, read_at_ms, recipe';
/** Values of {@link columns}. */
type StateRow = [id: number, folder: number, hash: string, ...stat: [number, number, number, number, number], recipe: number];

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
    const statement = this.#statements.get(`SELECT ${columns} FROM files WHERE path = ?`);
    statement.setReturnArrays(true);
    const row = statement.get(path) as StateRow | undefined;
    return row === undefined ? undefined : this.#toState(row);
  }

  beneath(prefix: string): KnownFile[] {
    const { condition, values } = pathsBeneath(prefix);
    const statement = this.#statements.get(`SELECT ${columns}, path FROM files ${condition}`);
    // Rows as arrays take half the time, and there may be very many.
    statement.setReturnArrays(true);
    return (statement.all(...values) as unknown as [...StateRow, string][]).map((row) => {
      const known = this.#toState(row) as KnownFile;
      known.path = row[9];
      return known;
    });
  }

  *all(): Generator<StoredFile> {
    const rows = this.#statements.get('SELECT f.id, f.path, o.path AS folder FROM files f JOIN folders o ON o.id = f.folder').iterate();
    for (const row of rows) yield { id: Number(row['id']), path: String(row['path']), folderPath: String(row['folder']) };
  }

  #toState(row: readonly [...StateRow, ...unknown[]]): FileState {
    return {
      id: row[0],
      folderPath: this.#nameOf('folders', 'path', row[1]),
      hash: row[2],
      sizeBytes: row[3],
      mtimeMs: row[4],
      ctimeMs: row[5],
      ino: row[6],
      readAtMs: row[7],
      recipe: this.#nameOf('recipes', 'recipe', row[8]),
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
