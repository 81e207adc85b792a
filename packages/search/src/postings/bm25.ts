import type { FieldWeights } from './fields.ts';
import type { PostingBuffer } from './posting-buffer.ts';

/** How fast further occurrences stop to count, and how much length takes away (0 nothing, 1 in proportion). */
export interface Bm25Constants {
  k1: number;
  b: number;
}

/** Those of FTS5. */
export const usualBm25: Bm25Constants = { k1: 1.2, b: 0.75 };

/** What FTS5 gives to a term that stands in more than half of the documents: it ranks among themselves those that have nothing better. */
const SMALLEST_IDF = 1e-6;
/** Bits of a sum of scores that are exact; doubles have 53. */
const EXACT_BITS = 51;

/** @param matches documents with the term */
export function inverseDocumentFrequency(documents: number, matches: number): number {
  const idf = Math.log((documents - matches + 0.5) / (matches + 0.5));
  return idf > 0 ? idf : SMALLEST_IDF;
}

/** What all terms of a query are scored by in a segment. */
export interface Scoring {
  bm25: Bm25;
  weights: FieldWeights;
  /** Of the segment's documents. */
  lengths: Uint32Array;
}

/**
 * BM25 as FTS5's `bm25()` has it: per term idf · f · (k1 + 1) / (f + k1 · (1 - b + b · length / average)),
 * f being the occurrences, each with the weight of its field, and length the tokens of all fields.
 *
 * Every term's share is rounded to a multiple of one power of two, chosen so that sums of shares are exact and
 * do not depend on the order in which they are added. The top of a ranking is then the same, to the last bit,
 * however the terms are gone through. The rounding is below 2^-50 of the largest possible score.
 */
export class Bm25 {
  /** k1 · (1 - b) and k1 · b / average: what length adds to f in the denominator. */
  readonly #base: number;
  readonly #perToken: number;
  readonly #gain: number;
  readonly #rounder: number;
  /** One unit of a share. */
  readonly #unit: number;

  /** @param inverseFrequencies of the query's terms, with their weights */
  constructor({ k1, b }: Bm25Constants, averageLength: number, inverseFrequencies: readonly number[]) {
    this.#base = k1 * (1 - b);
    this.#perToken = (k1 * b) / averageLength;
    this.#gain = k1 + 1;
    const largest = inverseFrequencies.reduce((sum, idf) => sum + idf * this.#gain, 0);
    this.#unit = 2 ** (Math.ceil(Math.log2(largest)) - EXACT_BITS);
    // Added and taken away again, it leaves a number without the bits below one unit.
    this.#rounder = 1.5 * 2 ** 52 * this.#unit;
  }

  /**
   * Shares of the first `postings.length` postings; 0 where no searched field has the term.
   * @param isBodyOnly no posting has a frequency in the path or in the symbol
   */
  shares(idf: number, postings: PostingBuffer, isBodyOnly: boolean, { weights, lengths }: Scoring, into: Float64Array): void {
    const base = this.#base;
    const perToken = this.#perToken;
    const rounder = this.#rounder;
    const factor = this.#gain;
    const { documents, body, path, symbol, length } = postings;
    for (let index = 0; index < length; index++) {
      let frequency = weights.body * (body[index] as number);
      if (!isBodyOnly) frequency += weights.path * (path[index] as number) + weights.symbol * (symbol[index] as number);
      const norm = base + perToken * (lengths[documents[index] as number] as number);
      into[index] = idf * ((frequency * factor) / (frequency + norm)) + rounder - rounder;
    }
  }

  /** Not below the share of any document with at most this (weighted) frequency and at least this length. */
  bound(idf: number, frequency: number, length: number): number {
    if (frequency === 0) return 0;
    const share = idf * (1 + 1e-12) * ((frequency * this.#gain) / (frequency + this.#base + this.#perToken * length));
    return share + this.#unit + this.#rounder - this.#rounder;
  }
}
