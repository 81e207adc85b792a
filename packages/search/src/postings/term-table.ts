/** Terms of the files that become one segment: a number for each different one, found by hash and bytes. */
export class TermTable {
  readonly #slots: Int32Array;
  readonly #mask: number;
  readonly #hashes: Uint32Array;
  /** Where the bytes of a term begin; those of the last end where the next would begin. */
  readonly #starts: Uint32Array;
  #bytes = new Uint8Array(1 << 16);
  #count = 0;

  /** @param terms how many there are at most */
  constructor(terms: number) {
    const size = 2 ** Math.ceil(Math.log2(Math.max(16, terms * 1.5)));
    this.#slots = new Int32Array(size).fill(-1);
    this.#mask = size - 1;
    this.#hashes = new Uint32Array(terms);
    this.#starts = new Uint32Array(terms + 1);
  }

  get count(): number {
    return this.#count;
  }

  bytes(number: number): Uint8Array {
    return this.#bytes.subarray(this.#starts[number], this.#starts[number + 1]);
  }

  /** Of the term `source[start, end)`. */
  numberOf(hash: number, source: Uint8Array, start: number, end: number): number {
    let slot = (hash ^ (hash >>> 15)) & this.#mask;
    for (; (this.#slots[slot] as number) >= 0; slot = (slot + 1) & this.#mask) {
      const number = this.#slots[slot] as number;
      if (this.#hashes[number] === hash && this.#isSame(number, source, start, end)) return number;
    }
    const number = this.#count++;
    if (number > NUMBER_MASK) throw new RangeError(`more than ${NUMBER_MASK} different terms in the files of one commit`);
    this.#slots[slot] = number;
    this.#hashes[number] = hash;
    const first = this.#starts[number] as number;
    const limit = first + end - start;
    if (limit > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(this.#bytes.length * 2, limit));
      grown.set(this.#bytes);
      this.#bytes = grown;
    }
    for (let index = 0; index < end - start; index++) this.#bytes[first + index] = source[start + index] as number;
    this.#starts[number + 1] = limit;
    return number;
  }

  #compare(left: number, right: number): number {
    const bytes = this.#bytes;
    const leftEnd = this.#starts[left + 1] as number;
    const rightEnd = this.#starts[right + 1] as number;
    let at = this.#starts[left] as number;
    let other = this.#starts[right] as number;
    for (; at < leftEnd && other < rightEnd; at++, other++) {
      const difference = (bytes[at] as number) - (bytes[other] as number);
      if (difference !== 0) return difference;
    }
    return leftEnd - at - (rightEnd - other);
  }

  #isSame(number: number, source: Uint8Array, start: number, end: number): boolean {
    const first = this.#starts[number] as number;
    const length = end - start;
    if ((this.#starts[number + 1] as number) - first !== length) return false;
    for (let index = 0; index < length; index++) if (this.#bytes[first + index] !== source[start + index]) return false;
    return true;
  }

  /**
   * Numbers by the order of their terms. Sorted natively by the first five bytes, with the number below them; only those
   * equal in five bytes are compared further.
   */
  sorted(): Uint32Array {
    const count = this.#count;
    const keys = new BigUint64Array(count);
    const halves = new Uint32Array(keys.buffer);
    for (let number = 0; number < count; number++) {
      const start = this.#starts[number] as number;
      const end = this.#starts[number + 1] as number;
      const at = (index: number) => (start + index < end ? (this.#bytes[start + index] as number) : 0);
      halves[number * 2] = (at(4) << 24) | number;
      halves[number * 2 + 1] = (at(0) << 24) | (at(1) << 16) | (at(2) << 8) | at(3);
    }
    keys.sort();
    const order = new Uint32Array(count);
    for (let index = 0; index < count; index++) order[index] = (halves[index * 2] as number) & NUMBER_MASK;
    const sameStart = (left: number, right: number) =>
      halves[left * 2 + 1] === halves[right * 2 + 1] && (halves[left * 2] as number) >>> 24 === (halves[right * 2] as number) >>> 24;
    for (let start = 0; start < count; ) {
      let end = start + 1;
      while (end < count && sameStart(start, end)) end += 1;
      if (end - start > 1) order.subarray(start, end).sort((left, right) => this.#compare(left, right));
      start = end;
    }
    return order;
  }
}

/** Numbers take the lower 24 bits of a key. */
const NUMBER_MASK = 0xff_ffff;
