import type { FileState, StoredFile } from './index-store.ts';
import type { Statements } from './sqlite-view.ts';

/** What the table of files knows of a file without its rows. */
export class FileStates {
  readonly #statements: Statements;
  readonly #names = new Map<string, string>();

  constructor(statements: Statements) {
    this.#statements = statements;
  }

  find(path: string): FileState | undefined {
    const sql = 'SELECT id, folder, hash, size, mtime_ms, ctime_ms, ino, read_at_ms, recipe FROM files WHERE path = ?';
    const row = this.#statements.get(sql).get(path);
    if (row === undefined) return undefined;
    return {
      id: Number(row['id']),
      folderPath: this.#nameOf('folders', 'path', Number(row['folder'])),
      hash: Buffer.from(row['hash'] as Uint8Array).toString('hex'),
      sizeBytes: Number(row['size']),
      mtimeMs: Number(row['mtime_ms']),
      ctimeMs: Number(row['ctime_ms']),
      ino: Number(row['ino']),
      readAtMs: Number(row['read_at_ms']),
      recipe: this.#nameOf('recipes', 'recipe', Number(row['recipe'])),
    };
  }

  *all(): Generator<StoredFile> {
    const rows = this.#statements.get('SELECT f.id, f.path, o.path AS folder FROM files f JOIN folders o ON o.id = f.folder').iterate();
    for (const row of rows) yield { id: Number(row['id']), path: String(row['path']), folderPath: String(row['folder']) };
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
