const SLOTS = 1 << 15;
const KEY_MAX = 32;

/**
 * Tokens of the words met last, as `split` gives them. Source repeats its words, and a hit makes no string. Direct-mapped: a word takes the
 * place of the one in its slot, so memory is bounded (1 MiB of keys and 32,768 short lists) and no input makes it slow.
 * Keys are bytes, not slices, which would keep whole source texts alive.
 */
export class WordCache<Token> {
  readonly #keys = new Uint8Array(SLOTS * KEY_MAX);
  readonly #lengths = new Uint8Array(SLOTS);
  readonly #tokens: (readonly Token[])[] = new Array(SLOTS);
  readonly #split: (word: string) => readonly Token[];

  constructor(split: (word: string) => readonly Token[]) {
    this.#split = split;
  }

  /** Of the ASCII word `text.slice(start, end)`; `hash` is any 32-bit hash of it. */
  tokensOf(text: string, start: number, end: number, hash: number): readonly Token[] {
    const length = end - start;
    if (length > KEY_MAX) return this.tokensOfWord(text.slice(start, end));
    const slot = (hash ^ (hash >>> 15)) & (SLOTS - 1);
    const base = slot * KEY_MAX;
    const keys = this.#keys;
    if (this.#lengths[slot] === length) {
      let index = 0;
      while (index < length && keys[base + index] === text.charCodeAt(start + index)) index++;
      if (index === length) return this.#tokens[slot] as readonly Token[];
    }
    for (let index = 0; index < length; index++) keys[base + index] = text.charCodeAt(start + index);
    this.#lengths[slot] = length;
    const word = String.fromCharCode.apply(null, keys.subarray(base, base + length) as unknown as number[]);
    const tokens = this.#split(word);
    this.#tokens[slot] = tokens;
    return tokens;
  }

  /** Without the cache. */
  tokensOfWord(word: string): readonly Token[] {
    return this.#split(word);
  }

  clear(): void {
    this.#lengths.fill(0);
  }
}
