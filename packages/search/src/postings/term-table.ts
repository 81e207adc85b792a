import { compareTerms } from './term-bytes.ts';

/** Terms of the files that become one segment: a number for each different one, found by hash and bytes. */
export class TermTable {
  readonly #slots: Int32Array;
  readonly #mask: number;
  readonly #hashes: number[] = [];
  readonly #terms: Uint8Array[] = [];

  /** @param terms how many there are at most */
  constructor(terms: number) {
    const size = 2 ** Math.ceil(Math.log2(Math.max(16, terms * 1.5)));
    this.#slots = new Int32Array(size).fill(-1);
    this.#mask = size - 1;
  }

  get count(): number {
    return this.#terms.length;
  }

  bytes(number: number): Uint8Array {
    return this.#terms[number] as Uint8Array;
  }

  /** Of the term `source[start, end)`, whose bytes must not change while the table lives. */
  numberOf(hash: number, source: Uint8Array, start: number, end: number): number {
    let slot = (hash ^ (hash >>> 15)) & this.#mask;
    for (;;) {
      const number = this.#slots[slot] as number;
      if (number < 0) break;
      if (this.#hashes[number] === hash && isSame(this.#terms[number] as Uint8Array, source, start, end)) return number;
      slot = (slot + 1) & this.#mask;
    }
    const number = this.#terms.length;
    if (number > NUMBER_MASK) throw new RangeError(`more than ${NUMBER_MASK} different terms in the files of one commit`);
    this.#slots[slot] = number;
    this.#hashes.push(hash);
    this.#terms.push(source.subarray(start, end));
    return number;
  }

  /**
   * Numbers by the order of their terms. Sorted natively by the first five bytes, with the number below them; only those
   * equal in five bytes are compared further.
   */
  sorted(): Uint32Array {
    const count = this.#terms.length;
    const keys = new BigUint64Array(count);
    const halves = new Uint32Array(keys.buffer);
    for (let number = 0; number < count; number++) {
      const term = this.#terms[number] as Uint8Array;
      const at = (index: number) => (index < term.length ? (term[index] as number) : 0);
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
      if (end - start > 1) order.subarray(start, end).sort((left, right) => compareTerms(this.bytes(left), this.bytes(right)));
      start = end;
    }
    return order;
  }
}

/** Numbers take the lower 24 bits of a key. */
const NUMBER_MASK = 0xff_ffff;

function isSame(term: Uint8Array, source: Uint8Array, start: number, end: number): boolean {
  if (term.length !== end - start) return false;
  for (let index = 0; index < term.length; index++) if (term[index] !== source[start + index]) return false;
  return true;
}
