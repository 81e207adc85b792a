import { splitWord } from './split-word.ts';
import { asciiWordChars, readUnicode } from './tokenize.ts';

/** From so many different tokens on all are forgotten before the next file. */
const TERMS_MAX = 1 << 17;

/** Words that are remembered, in places of 64 bytes: lengths, the word, the numbers of its tokens. */
const PLACES = 1 << 15;
const PLACE_BYTES = 64;
const PLACE_WORDS = PLACE_BYTES / 4;
const WORD_AT = 4;
const WORD_MAX = 32;
const NUMBERS_AT = (WORD_AT + WORD_MAX) / 4;
const NUMBERS_MAX = PLACE_WORDS - NUMBERS_AT;

/** What a UTF-16 unit is: no part of a word, part of an ASCII word, to be looked at as Unicode. */
const BORDER = 0;
const ASCII = 1;
const UNICODE = 2;
const kinds = new Uint8Array(1 << 16).fill(UNICODE);
kinds.set(asciiWordChars);

const encoder = new TextEncoder();

/**
 * Gives every different token a number, in the order of their first occurrence: the tokens of `tokenize`, without a
 * string for each. The numbers of the words met last are remembered by the words' bytes, one place for each hash: a
 * word takes the place of the one before it, so that memory is bounded and no input makes it slow.
 */
export class TermNumbers {
  /** By hash: a number and one, or 0. */
  #table = new Uint32Array(1 << 12);
  #terms = 0;
  readonly #cache = new Uint32Array(PLACES * PLACE_WORDS);
  readonly #cacheBytes = new Uint8Array(this.#cache.buffer);
  #text = Buffer.alloc(1 << 15);
  #units = new Uint16Array(this.#text.buffer, this.#text.byteOffset, 1 << 14);
  #found = new Uint32Array(1 << 14);
  #count = 0;
  /** UTF-8 of all terms, one after another. */
  #bytes = new Uint8Array(1 << 16);
  /** Where the bytes of a term begin; those of the last end where the next would begin. */
  #starts = new Uint32Array(4_096);
  #hashes = new Uint32Array(4_096);
  readonly #push = (token: string): void => this.#pushNumber(this.#numberOf(token));

  /** Numbers given out so far; all are below it. */
  get terms(): number {
    return this.#terms;
  }

  /** Tokens of the text read last: the first so many of {@link found}. */
  get count(): number {
    return this.#count;
  }

  /** Numbers of the tokens of the text read last, in its order; until the next one. */
  get found(): Uint32Array {
    return this.#found;
  }

  get bytes(): Uint8Array {
    return this.#bytes;
  }

  /** Where a term's bytes begin in {@link bytes}; they end where those of the next number begin. */
  start(number: number): number {
    return this.#starts[number] as number;
  }

  /** FNV-1a of its bytes. */
  hash(number: number): number {
    return this.#hashes[number] as number;
  }

  /** Forgets all numbers when there have become many. @returns whether it did */
  renew(): boolean {
    if (this.#terms < TERMS_MAX) return false;
    this.#terms = 0;
    this.#table.fill(0);
    this.#cache.fill(0);
    return true;
  }

  read(text: string): void {
    this.#count = 0;
    const length = text.length;
    this.#takeUnits(text);
    const units = this.#units;
    let position = 0;
    while (position < length) {
      if (kinds[units[position] as number] === BORDER) {
        position += 1;
        continue;
      }
      let hash = 0x811c9dc5;
      let kind = ASCII;
      let end = position;
      for (; end < length; end++) {
        const unit = units[end] as number;
        kind = kinds[unit] as number;
        if (kind !== ASCII) break;
        hash = Math.imul(hash ^ unit, 0x01000193);
      }
      if (kind === UNICODE && end < length) position = readUnicode(text, position, end, this.#push);
      else {
        this.#readWord(text, position, end, hash);
        position = end;
      }
    }
  }

  #readWord(text: string, start: number, end: number, hash: number): void {
    const place = (hash ^ (hash >>> 15)) & (PLACES - 1);
    const length = end - start;
    const cache = this.#cache;
    const first = place * PLACE_WORDS;
    const lengths = cache[first] as number;
    if (lengths >>> 8 !== length || !this.#isWordAt(place, start, length)) {
      this.#readNewWord(text, start, end, place);
      return;
    }
    const count = lengths & 0xff;
    for (let index = 0; index < count; index++) this.#pushNumber(cache[first + NUMBERS_AT + index] as number);
  }

  #isWordAt(place: number, start: number, length: number): boolean {
    const bytes = this.#cacheBytes;
    const units = this.#units;
    const first = place * PLACE_BYTES + WORD_AT;
    for (let index = 0; index < length; index++) if (bytes[first + index] !== units[start + index]) return false;
    return true;
  }

  #readNewWord(text: string, start: number, end: number, place: number): void {
    const tokens = splitWord(text.slice(start, end));
    const length = end - start;
    const isKept = length <= WORD_MAX && tokens.length <= NUMBERS_MAX;
    const first = place * PLACE_WORDS;
    if (isKept) {
      this.#cache[first] = (length << 8) | tokens.length;
      for (let index = 0; index < length; index++) {
        this.#cacheBytes[place * PLACE_BYTES + WORD_AT + index] = this.#units[start + index] as number;
      }
    }
    for (let index = 0; index < tokens.length; index++) {
      const number = this.#numberOf(tokens[index] as string);
      if (isKept) this.#cache[first + NUMBERS_AT + index] = number;
      this.#pushNumber(number);
    }
  }

  #takeUnits(text: string): void {
    if (text.length > this.#units.length) {
      const units = 2 ** Math.ceil(Math.log2(text.length));
      this.#text = Buffer.alloc(units * 2);
      this.#units = new Uint16Array(this.#text.buffer, this.#text.byteOffset, units);
    }
    this.#text.write(text, 0, 'utf16le');
  }

  #pushNumber(number: number): void {
    if (this.#count === this.#found.length) this.#found = grown(this.#found, this.#count + 1);
    this.#found[this.#count++] = number;
  }

  /** Found by hash and bytes in a table with open addresses, which is at most half full. */
  #numberOf(token: string): number {
    const number = this.#terms;
    const start = this.#starts[number] as number;
    const end = this.#append(token, start);
    let hash = 0x811c9dc5;
    for (let index = start; index < end; index++) hash = Math.imul(hash ^ (this.#bytes[index] as number), 0x01000193);
    hash >>>= 0;
    const table = this.#table;
    const mask = table.length - 1;
    let slot = slotOf(hash, mask);
    for (; table[slot] !== 0; slot = (slot + 1) & mask) {
      const known = (table[slot] as number) - 1;
      if (this.#hashes[known] === hash && this.#isSame(known, start, end)) return known;
    }
    if (number + 1 >= this.#starts.length) {
      this.#starts = grown(this.#starts, number + 2);
      this.#hashes = grown(this.#hashes, number + 2);
    }
    table[slot] = number + 1;
    this.#starts[number + 1] = end;
    this.#hashes[number] = hash;
    this.#terms += 1;
    if (this.#terms * 2 > table.length) this.#growTable();
    return number;
  }

  #growTable(): void {
    const mask = this.#table.length * 2 - 1;
    this.#table = new Uint32Array(mask + 1);
    for (let number = 0; number < this.#terms; number++) {
      let slot = slotOf(this.#hashes[number] as number, mask);
      while (this.#table[slot] !== 0) slot = (slot + 1) & mask;
      this.#table[slot] = number + 1;
    }
  }

  /** Writes the token's bytes behind those of the last term; @returns their end */
  #append(token: string, start: number): number {
    const length = token.length;
    if (start + length * 3 > this.#bytes.length) {
      const bytes = new Uint8Array(Math.max(this.#bytes.length * 2, start + length * 3));
      bytes.set(this.#bytes);
      this.#bytes = bytes;
    }
    for (let index = 0; index < length; index++) {
      const unit = token.charCodeAt(index);
      if (unit >= 0x80) return start + encoder.encodeInto(token, this.#bytes.subarray(start)).written;
      this.#bytes[start + index] = unit;
    }
    return start + length;
  }

  #isSame(number: number, start: number, end: number): boolean {
    const first = this.#starts[number] as number;
    if ((this.#starts[number + 1] as number) - first !== end - start) return false;
    for (let index = 0; index < end - start; index++) if (this.#bytes[first + index] !== this.#bytes[start + index]) return false;
    return true;
  }
}

const slotOf = (hash: number, mask: number): number => (hash ^ (hash >>> 15)) & mask;

function grown(column: Uint32Array<ArrayBuffer>, needed: number): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(Math.max(column.length * 2, needed));
  larger.set(column);
  return larger;
}
