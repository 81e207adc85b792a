/**
 * Decoded rows of segments, up to so many bytes. Rows never change, so that nothing in it can be stale. In two
 * generations: what was not asked for while the younger one filled up goes.
 */
export class RowCache {
  readonly #generationBytes: number;
  #young = new Map<number, Cached>();
  #old = new Map<number, Cached>();
  #youngBytes = 0;

  constructor(maxBytes: number) {
    this.#generationBytes = maxBytes / 2;
  }

  get(key: number): object | undefined {
    const young = this.#young.get(key);
    if (young !== undefined) return young.value;
    const old = this.#old.get(key);
    if (old !== undefined) this.set(key, old.value, old.bytes);
    return old?.value;
  }

  set(key: number, value: object, bytes: number): void {
    if (this.#youngBytes + bytes > this.#generationBytes && this.#young.size > 0) {
      this.#old = this.#young;
      this.#young = new Map();
      this.#youngBytes = 0;
    }
    this.#young.set(key, { value, bytes });
    this.#youngBytes += bytes;
  }
}

interface Cached {
  value: object;
  bytes: number;
}
