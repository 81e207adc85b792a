import { ByteReader, ByteWriter, DamagedBytes } from '../bytes/index.ts';
import { TermReader, writeTerm } from './dictionary-entry.ts';
import type { Payload } from './sealed-row.ts';
import { compareTerms } from './term-bytes.ts';

/** First terms of the dictionary's blocks, one after another: their number, then the terms. */
export function encodeTermIndex(firstTerms: readonly Uint8Array[]): Uint8Array {
  const writer = new ByteWriter();
  writer.varint(firstTerms.length);
  firstTerms.forEach((term, index) => writeTerm(writer, term, firstTerms[index - 1] ?? new Uint8Array(0)));
  return writer.copy();
}

/** Says in which block of the dictionary a term stands, if anywhere. */
export class TermIndex {
  readonly #firstTerms: readonly Uint8Array[];

  private constructor(firstTerms: readonly Uint8Array[]) {
    this.#firstTerms = firstTerms;
  }

  /** @throws DamagedBytes */
  static read(payload: Payload): TermIndex {
    const head = new ByteReader(payload.bytes, payload.start, payload.end);
    // A term takes a byte at least.
    const count = head.count(payload.end - payload.start, 'blocks');
    const terms = new TermReader({ ...payload, start: head.position });
    const firstTerms: Uint8Array[] = [];
    for (let index = 0; index < count; index++) {
      terms.readTerm();
      firstTerms.push(terms.term());
    }
    if (terms.reader.left > 0) throw new DamagedBytes('bytes are left after the last term');
    return new TermIndex(firstTerms);
  }

  /** Blocks of the dictionary. */
  get blocks(): number {
    return this.#firstTerms.length;
  }

  /** The last block that begins with the term or before it; -1 when all begin after it. */
  blockOf(term: Uint8Array): number {
    let low = 0;
    let high = this.#firstTerms.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compareTerms(this.#firstTerms[middle] as Uint8Array, term) <= 0) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }
}
