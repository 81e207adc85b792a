import type { CodeRules } from './rules/code-rules.ts';

/**
 * Knows which part of a text is comment or long string, in one pass: each search goes on where the last one of its
 * kind ended, so that text without closing marks is searched once, not once per line.
 */
export class QuietLines {
  readonly #text: string;
  readonly #lineComments: readonly string[];
  readonly #open: string;
  readonly #close: string;
  readonly #quotes: readonly string[];
  /** Where each quote stands next. */
  readonly #nextQuote: number[];
  #nextClose = -1;
  /** Offset up to which the text is comment or string. */
  until = 0;

  constructor(text: string, rules: CodeRules) {
    this.#text = text;
    this.#lineComments = rules.lineComments;
    this.#open = rules.blockComment?.[0] ?? '';
    this.#close = rules.blockComment?.[1] ?? '';
    this.#quotes = rules.longQuotes ?? [];
    this.#nextQuote = this.#quotes.map(() => -1);
  }

  /** Whether a comment begins at `at`; one over many lines moves `until` behind its end. */
  openComment(at: number): boolean {
    if (this.#open !== '' && this.#text.startsWith(this.#open, at)) {
      const inner = at + this.#open.length;
      if (this.#nextClose < inner) this.#nextClose = searchFrom(this.#text, this.#close, inner);
      if (this.#nextClose !== Infinity) {
        this.until = this.#nextClose + this.#close.length;
        return true;
      }
    }
    for (const mark of this.#lineComments) if (this.#text.startsWith(mark, at)) return true;
    return false;
  }

  /** Opens the long strings of the line part `[from, end)`; one that stays open moves `until` behind its end. */
  openString(from: number, end: number): void {
    for (let at = from; at < end; at = this.until) {
      const index = this.#firstQuote(at, end);
      if (index < 0) return;
      const quote = this.#quotes[index] as string;
      const closing = searchFrom(this.#text, quote, (this.#nextQuote[index] as number) + quote.length);
      this.#nextQuote[index] = closing;
      if (closing === Infinity) return;
      this.until = closing + quote.length;
    }
  }

  /** The quote that stands first in `[at, end)`, or -1. */
  #firstQuote(at: number, end: number): number {
    let first = -1;
    let nearest = end;
    for (let index = 0; index < this.#quotes.length; index++) {
      if ((this.#nextQuote[index] as number) < at) this.#nextQuote[index] = searchFrom(this.#text, this.#quotes[index] as string, at);
      if ((this.#nextQuote[index] as number) >= nearest) continue;
      nearest = this.#nextQuote[index] as number;
      first = index;
    }
    return first;
  }
}

function searchFrom(text: string, mark: string, from: number): number {
  const found = text.indexOf(mark, from);
  return found < 0 ? Infinity : found;
}
