import type { FileIndexed, FileSkip, FileTouch, IndexStore, StoreBatch } from '../store/index.ts';
import { inTurn, type RunSurroundings } from './run-surroundings.ts';

/** A batch is committed when it holds so many files, so many bytes of source, or is so old. */
const BATCH_FILES = 400;
const BATCH_BYTES = 4 * 1024 * 1024;
const BATCH_AGE_MS = 1_000;
/** The first of a run holds an eighth of that, the second a quarter: what is committed early is not left for the end of a small run. */
const FIRST_SHARE = 1 / 8;

/** Gathers what goes into one transaction. */
export class CommitBatcher {
  readonly #store: IndexStore;
  readonly #folderPath: string;
  readonly #around: Pick<RunSurroundings, 'nowMs' | 'inTurn'>;
  readonly #onCommit: () => void;
  #replace: FileIndexed[] = [];
  #touch: FileTouch[] = [];
  #remove: string[] = [];
  #skip: FileSkip[] = [];
  #bytes = 0;
  #share = FIRST_SHARE;
  /** When its first entry came. */
  #openedMs = 0;

  /** @param onCommit called after each transaction; what it throws ends the run */
  constructor(store: IndexStore, folderPath: string, around: Pick<RunSurroundings, 'nowMs' | 'inTurn'>, onCommit: () => void) {
    this.#store = store;
    this.#folderPath = folderPath;
    this.#around = around;
    this.#onCommit = onCommit;
  }

  replace(file: FileIndexed): void {
    this.#open();
    this.#replace.push(file);
    this.#bytes += file.text.length;
  }

  touch(touch: FileTouch): void {
    this.#open();
    this.#touch.push(touch);
  }

  skip(skip: FileSkip): void {
    this.#open();
    this.#skip.push(skip);
  }

  remove(path: string): void {
    this.#open();
    this.#remove.push(path);
  }

  /**
   * To be called between files that share a block of text: apart, they would each bring it along.
   * @returns whether there was a commit
   */
  commitIfDue(): boolean {
    if (this.#size() === 0) return false;
    const isFull = this.#size() >= BATCH_FILES * this.#share || this.#bytes >= BATCH_BYTES * this.#share;
    if (!isFull && this.#around.nowMs() - this.#openedMs < BATCH_AGE_MS) return false;
    this.commit();
    return true;
  }

  /** @param completion set on the last one of a run: it is made even when there is nothing else to write */
  commit(completion?: Required<Pick<StoreBatch, 'completedAt' | 'request' | 'skipped'>>): void {
    if (this.#size() > 0 || completion !== undefined) {
      const batch: StoreBatch = {
        folderPath: this.#folderPath,
        replace: this.#replace,
        touch: this.#touch,
        remove: this.#remove,
        skip: this.#skip,
        ...completion,
      };
      inTurn(this.#around, () => this.#store.commit(batch));
      this.#replace = [];
      this.#touch = [];
      this.#remove = [];
      this.#skip = [];
      this.#bytes = 0;
      this.#share = Math.min(1, this.#share * 2);
      this.#onCommit();
    }
  }

  #open(): void {
    if (this.#size() === 0) this.#openedMs = this.#around.nowMs();
  }

  #size(): number {
    return this.#replace.length + this.#touch.length + this.#remove.length + this.#skip.length;
  }
}
