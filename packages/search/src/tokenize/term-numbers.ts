import { splitWord } from './split-word.ts';
import { readTokens, type TokenForm } from './tokenize.ts';
import { WordCache } from './word-cache.ts';

/** Different tokens that are remembered; with strings and bytes about 20 MB. */
const TERMS_MAX = 1 << 17;

const encoder = new TextEncoder();

/**
 * Gives every different token a number, in the order of their first occurrence, and remembers the numbers of
 * the words met last: where a text repeats a word, no string is made and nothing is looked up by one.
 */
export class TermNumbers {
  readonly #numbers = new Map<string, number>();
  readonly #form: TokenForm<number>;
  #found = new Uint32Array(4_096);
  #bytes = new Uint8Array(1 << 16);
  /** Where the bytes of a term begin; those of the last end where the next would begin. */
  #starts = new Uint32Array(4_096);
  #hashes = new Uint32Array(4_096);

  constructor() {
    const fromString = (token: string) => this.#numberOf(token);
    this.#form = { cache: new WordCache((word) => splitWord(word).map(fromString)), fromString };
  }

  /** Numbers given out so far; all are below it. */
  get count(): number {
    return this.#numbers.size;
  }

  /** Forgets all numbers when there have become many. @returns whether it did */
  renew(): boolean {
    if (this.#numbers.size < TERMS_MAX) return false;
    this.#numbers.clear();
    this.#form.cache.clear();
    return true;
  }

  /** Numbers of the tokens of `text`, in its order, one per occurrence: the first `count` of `numbers`, until the next call. */
  read(text: string): { numbers: Uint32Array; count: number } {
    let count = 0;
    let found = this.#found;
    readTokens(text, this.#form, (number) => {
      if (count === found.length) {
        this.#found = new Uint32Array(found.length * 2);
        this.#found.set(found);
        found = this.#found;
      }
      found[count++] = number;
    });
    return { numbers: found, count };
  }

  /** UTF-8; not to be changed. */
  bytes(number: number): Uint8Array {
    return this.#bytes.subarray(this.#starts[number], this.#starts[number + 1]);
  }

  /** FNV-1a of the bytes. */
  hash(number: number): number {
    return this.#hashes[number] as number;
  }

  #numberOf(token: string): number {
    let number = this.#numbers.get(token);
    if (number !== undefined) return number;
    number = this.#numbers.size;
    this.#numbers.set(token, number);
    this.#reserve(number, token.length * 3);
    const start = this.#starts[number] as number;
    const end = start + encoder.encodeInto(token, this.#bytes.subarray(start)).written;
    this.#starts[number + 1] = end;
    let hash = 0x811c9dc5;
    for (let index = start; index < end; index++) hash = Math.imul(hash ^ (this.#bytes[index] as number), 0x01000193);
    this.#hashes[number] = hash;
    return number;
  }

  #reserve(number: number, size: number): void {
    if (number + 1 >= this.#starts.length) {
      const starts = new Uint32Array(this.#starts.length * 2);
      starts.set(this.#starts);
      this.#starts = starts;
      const hashes = new Uint32Array(this.#hashes.length * 2);
      hashes.set(this.#hashes);
      this.#hashes = hashes;
    }
    const start = this.#starts[number] as number;
    if (start + size <= this.#bytes.length) return;
    const bytes = new Uint8Array(Math.max(this.#bytes.length * 2, start + size));
    bytes.set(this.#bytes);
    this.#bytes = bytes;
  }
}
