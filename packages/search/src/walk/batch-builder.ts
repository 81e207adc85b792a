import type { FileCandidate, Skip, WalkBatch } from './file-candidate.ts';

/** Collects a walk's findings until there are enough of them to hand over. */
export class BatchBuilder {
  readonly #size: number;
  #files: FileCandidate[] = [];
  #skips: Skip[] = [];

  /** @param size entries of a batch */
  constructor(size: number) {
    this.#size = size;
  }

  addFile(file: FileCandidate): void {
    this.#files.push(file);
  }

  addSkips(skips: readonly Skip[]): void {
    for (const skip of skips) this.#skips.push(skip);
  }

  /** @param size entries; default those of a batch */
  isFull(size = this.#size): boolean {
    return this.#files.length + this.#skips.length >= size;
  }

  isEmpty(): boolean {
    return this.#files.length + this.#skips.length === 0;
  }

  take(): WalkBatch {
    const batch = { files: this.#files, skips: this.#skips };
    this.#files = [];
    this.#skips = [];
    return batch;
  }
}
