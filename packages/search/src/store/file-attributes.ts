import type { SourceType } from '@agent-brain/contract/query';
import type { ChunkFilter } from './index-store.ts';
import type { Statements } from './statements.ts';

/** What filters and ranking ask of a file; the same for as long as the file has its number. */
export interface Attributes {
  path: string;
  language: string;
  sourceType: SourceType;
}

/** Files that are kept as they are asked for, some twelve megabytes; a filter asks for all of them. */
const KEPT_FILES = 60_000;

type Row = Record<string, unknown>;

/**
 * Attributes of files by their number, read once. With the first filter they are read of all files; those that came since
 * are read with the next, those that went are left out where they are looked for, as their documents are dead, and are
 * dropped when they are many.
 */
export class FileAttributes {
  readonly #statements: Statements;
  readonly #keptFiles: number;
  readonly #files = new Map<number, Attributes>();
  /** Languages and source types, each of them once. */
  readonly #words = new Map<unknown, string>();
  /** A filter has read everything up to this file. */
  #lastFile = 0;
  #most: number;

  /** @param keptFiles how many are kept before a filter asks for all */
  constructor(statements: Statements, keptFiles = KEPT_FILES) {
    this.#statements = statements;
    this.#keptFiles = keptFiles;
    this.#most = keptFiles;
  }

  /** Files that are kept at present. */
  get size(): number {
    return this.#files.size;
  }

  /**
   * Those of each of the files, which are read at once where they are not known yet. To be asked before the next call.
   * @returns `undefined` for a file that the store does not have
   */
  of(files: readonly number[]): (file: number) => Attributes | undefined {
    let unknown = files.filter((file) => !this.#files.has(file));
    if (unknown.length > 0) {
      if (this.#files.size + unknown.length > this.#most) {
        this.#forget();
        unknown = [...files];
      }
      const sql = 'SELECT id, path, language, source_type FROM files WHERE id IN (SELECT value FROM json_each(?))';
      for (const row of this.#statements.get(sql).all(JSON.stringify([...new Set(unknown)]))) this.#keep(row);
    }
    return (file) => this.#files.get(file);
  }

  /** @param documents files of the generation that is read */
  test(filter: ChunkFilter, documents: number): (file: number) => boolean {
    this.#refresh(documents);
    const { path, languages, sourceTypes } = filter;
    return (number) => {
      const file = this.#files.get(number);
      if (file === undefined) return false;
      if (languages?.includes(file.language) === false || sourceTypes?.includes(file.sourceType) === false) return false;
      return path?.(file.path) ?? true;
    };
  }

  #refresh(documents: number): void {
    if (this.#files.size > 1_000 && this.#files.size > documents * 2) this.#forget();
    for (const row of this.#statements.get('SELECT id, path, language, source_type FROM files WHERE id > ?').iterate(this.#lastFile)) {
      this.#keep(row);
      this.#lastFile = Math.max(this.#lastFile, Number(row['id']));
    }
    this.#most = Math.max(this.#keptFiles, documents * 2);
  }

  #keep(row: Row): void {
    this.#files.set(Number(row['id']), {
      path: String(row['path']),
      language: this.#word(row['language']),
      sourceType: this.#word(row['source_type']) as SourceType,
    });
  }

  #word(value: unknown): string {
    let word = this.#words.get(value);
    if (word === undefined) this.#words.set(value, (word = String(value)));
    return word;
  }

  #forget(): void {
    this.#files.clear();
    this.#lastFile = 0;
    this.#most = this.#keptFiles;
  }
}
