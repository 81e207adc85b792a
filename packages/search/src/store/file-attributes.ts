import type { SourceType } from '@agent-brain/contract/query';
import type { ChunkFilter } from './index-store.ts';
import type { Statements } from './statements.ts';

interface Attributes {
  path: string;
  language: string;
  sourceType: SourceType;
}

/**
 * What filters ask of a file, for all files, loaded with the first filter: files that came since are read, those that
 * went are left out where they are looked for, as their documents are dead, and are dropped when they are many.
 */
export class FileAttributes {
  readonly #statements: Statements;
  #files = new Map<number, Attributes>();
  #lastFile = 0;

  constructor(statements: Statements) {
    this.#statements = statements;
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
    if (this.#files.size > 1_000 && this.#files.size > documents * 2) {
      this.#files = new Map();
      this.#lastFile = 0;
    }
    for (const row of this.#statements.get('SELECT id, path, language, source_type FROM files WHERE id > ?').iterate(this.#lastFile)) {
      const id = Number(row['id']);
      this.#files.set(id, { path: String(row['path']), language: String(row['language']), sourceType: row['source_type'] as SourceType });
      this.#lastFile = Math.max(this.#lastFile, id);
    }
  }
}
