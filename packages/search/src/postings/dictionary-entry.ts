import { ByteReader, type ByteWriter, DamagedBytes } from '../bytes/index.ts';
import type { Payload } from './sealed-row.ts';
import { sharedPrefix, termBytesMax } from './term-bytes.ts';

/** Half a byte; larger lengths go on in a varint. */
const NIBBLE_MAX = 15;

/** Term: how much it shares with the one before it, how much it adds (half a byte each), and what it adds. */
export function writeTerm(writer: ByteWriter, term: Uint8Array, previous: Uint8Array): void {
  const shared = sharedPrefix(term, previous);
  const added = term.length - shared;
  writer.byte((Math.min(shared, NIBBLE_MAX) << 4) | Math.min(added, NIBBLE_MAX));
  if (shared >= NIBBLE_MAX) writer.varint(shared - NIBBLE_MAX);
  if (added >= NIBBLE_MAX) writer.varint(added - NIBBLE_MAX);
  writer.append(term, shared);
}

/** Goes through terms that stand one after another. */
export class TermReader {
  readonly reader: ByteReader;
  /** Bytes shared with the term before. */
  shared = 0;
  /** Where the added bytes stand in the reader's bytes, and their end. */
  start = 0;
  end = 0;
  #length = 0;
  readonly #term = new Uint8Array(termBytesMax);

  constructor({ bytes, start, end }: Payload) {
    this.reader = new ByteReader(bytes, start, end);
  }

  /** @throws DamagedBytes */
  readTerm(): void {
    const { reader } = this;
    const lengths = reader.byte();
    const nibbleOrMore = (nibble: number) => (nibble < NIBBLE_MAX ? nibble : nibble + reader.varint());
    const shared = nibbleOrMore(lengths >>> 4);
    const added = nibbleOrMore(lengths & NIBBLE_MAX);
    if (shared > this.#length || shared + added > termBytesMax) throw new DamagedBytes(`a term of ${shared} and ${added} bytes`);
    this.shared = shared;
    this.start = reader.skip(added);
    this.end = reader.position;
    this.#length = shared + added;
    this.#term.set(reader.bytes.subarray(this.start, this.end), shared);
  }

  /** A copy of the term that was read last. */
  term(): Uint8Array {
    return this.#term.slice(0, this.#length);
  }
}

/** What the dictionary knows of a term. */
export interface TermEntry {
  /** Documents with the term, deleted ones included. */
  count: number;
  /** Number of the row that holds the list, or null when it stands in the dictionary. */
  row: number | null;
  /** Where the list stands in the block; nothing when it has its own row. */
  start: number;
  end: number;
}

export function writeEntry(writer: ByteWriter, count: number, list: Uint8Array | number): void {
  if (typeof list === 'number') {
    writer.varint(count * 2 + 1);
    writer.varint(list);
    return;
  }
  writer.varint(count * 2);
  writer.varint(list.length);
  writer.append(list);
}

/** @throws DamagedBytes */
export function readEntry(reader: ByteReader): TermEntry {
  const head = reader.varint();
  const count = head >>> 1;
  const value = reader.varint();
  if ((head & 1) === 1) return { count, row: value, start: 0, end: 0 };
  const start = reader.skip(value);
  return { count, row: null, start, end: start + value };
}

/**
 * Finds a term in a block. Terms are in order, so that it is enough to know how many bytes the term before
 * had in common with the one looked for. @throws DamagedBytes
 */
export function findEntry(block: Payload, term: Uint8Array): TermEntry | null {
  const terms = new TermReader(block);
  let matched = 0;
  while (terms.reader.left > 0) {
    terms.readTerm();
    // A term that has more in common with the one before than that had with ours differs from ours in the same place.
    if (terms.shared < matched) return null;
    if (terms.shared === matched) {
      const { bytes } = terms.reader;
      let place = terms.start;
      while (place < terms.end && matched < term.length && bytes[place] === term[matched]) {
        place += 1;
        matched += 1;
      }
      if (place === terms.end && matched === term.length) return readEntry(terms.reader);
      if (matched === term.length || (place < terms.end && (bytes[place] as number) > (term[matched] as number))) return null;
    }
    skipEntry(terms.reader);
  }
  return null;
}

function skipEntry(reader: ByteReader): void {
  const head = reader.varint();
  const value = reader.varint();
  if ((head & 1) === 0) reader.skip(value);
}
