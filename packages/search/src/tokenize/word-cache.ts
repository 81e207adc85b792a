import { splitWord } from './split-word.ts';

const SLOTS = 1 << 15;
const KEY_MAX = 32;

/**
 * Tokens of the words met last. Source repeats its words, and a hit makes no string. Direct-mapped: a word takes the
 * place of the one in its slot, so memory is bounded (1 MiB of keys and 32,768 short lists) and no input makes it slow.
 * Keys are bytes, not slices, which would keep whole source texts alive.
 */
export class WordCache {
  readonly #keys = new Uint8Array(SLOTS * KEY_MAX);
  readonly #lengths = new Uint8Array(SLOTS);
  readonly #tokens: (readonly string[])[] = new Array(SLOTS);

  /** Of the ASCII word `text.slice(start, end)`; `hash` is any 32-bit hash of it. */
  tokensOf(text: string, start: number, end: number, hash: number): readonly string[] {
    const length = end - start;
    if (length > KEY_MAX) return this.tokensOfWord(text.slice(start, end));
    const slot = (hash ^ (hash >>> 15)) & (SLOTS - 1);
    const base = slot * KEY_MAX;
    const keys = this.#keys;
    if (this.#lengths[slot] === length) {
      let index = 0;
      while (index < length && keys[base + index] === text.charCodeAt(start + index)) index++;
      if (index === length) return this.#tokens[slot] as readonly string[];
    }
    for (let index = 0; index < length; index++) keys[base + index] = text.charCodeAt(start + index);
    this.#lengths[slot] = length;
    const word = String.fromCharCode.apply(null, keys.subarray(base, base + length) as unknown as number[]);
    const tokens = splitWord(word);
    this.#tokens[slot] = tokens;
    return tokens;
  }

  /** Without the cache. */
  tokensOfWord(word: string): readonly string[] {
    return splitWord(word);
  }
}
