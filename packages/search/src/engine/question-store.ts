import { type FolderRequest, isDamage, salvageFolders, SqliteIndexReader } from '../store/index.ts';

/**
 * The store of the thread that answers questions. While a damaged store is replaced and the new one is being filled, the old
 * one goes on answering from what of it is sound:
 *
 *   no store ──open──► current ──set aside, emptied──► former + current ──filled, former fails──► current
 */
export class QuestionStore {
  readonly file: string;
  #reader: SqliteIndexReader | null = null;
  /** Of a file that has been replaced. */
  #former: SqliteIndexReader | null = null;

  constructor(file: string) {
    this.file = file;
  }

  /** Tried again each time until there is a store. @returns null for none */
  current(): SqliteIndexReader | null {
    if (this.#reader?.isCurrent() === false) this.reopen();
    return (this.#reader ??= SqliteIndexReader.open(this.file));
  }

  /**
   * @param options.isUnfilled the store is not what it was before it was damaged
   * @throws what `use` throws
   */
  read<Result>(use: (reader: SqliteIndexReader | null) => Result, { isUnfilled }: { isUnfilled: boolean } = { isUnfilled: false }): Result {
    if (this.#reader?.isCurrent() === false) this.reopen();
    if (!isUnfilled) this.#closeFormer();
    if (this.#former !== null) {
      try {
        return use(this.#former);
      } catch (error) {
        if (!isDamage(error)) throw error;
        this.#closeFormer();
      }
    }
    try {
      return use(this.current());
    } catch (error) {
      // A connection that met damage may hold what it read before; the next question starts anew.
      if (isDamage(error)) this.close();
      throw error;
    }
  }

  /** Also of a store that cannot be read: whoever repairs it has to know them. */
  folderRequests(): FolderRequest[] {
    try {
      return this.current()?.read((view) => view.folderRequests()) ?? salvageFolders(this.file);
    } catch (error) {
      if (!isDamage(error)) throw error;
      this.close();
      return salvageFolders(this.file);
    }
  }

  /** The store was replaced, or repaired in its place. */
  reopen(): void {
    const isReplaced = this.#reader?.isCurrent() === false;
    if (isReplaced && this.#former === null) this.#former = this.#reader;
    else this.#reader?.close();
    this.#reader = null;
  }

  close(): void {
    this.#reader?.close();
    this.#reader = null;
    this.#closeFormer();
  }

  #closeFormer(): void {
    this.#former?.close();
    this.#former = null;
  }
}
