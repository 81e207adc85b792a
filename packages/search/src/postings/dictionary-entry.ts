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
  #length = 0;
  readonly #term = new Uint8Array(termBytesMax);

  constructor({ bytes, start, end }: Payload) {
    this.reader = new ByteReader(bytes, start, end);
  }

  /** @throws DamagedBytes */
  readTerm(): void {
    const { reader } = this;
    const lengths = reader.byte();
    const shared = lengthOf(reader, lengths >>> 4);
    const added = lengthOf(reader, lengths & NIBBLE_MAX);
    if (shared > this.#length || shared + added > termBytesMax) throw new DamagedBytes(`a term of ${shared} and ${added} bytes`);
    const start = reader.skip(added);
    this.#length = shared + added;
    for (let index = 0; index < added; index++) this.#term[shared + index] = reader.bytes[start + index] as number;
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
export function findEntry({ bytes, start, end }: Payload, term: Uint8Array): TermEntry | null {
  const reader = new ByteReader(bytes, start, end);
  let matched = 0;
  while (reader.position < end) {
    const lengths = reader.byte();
    const shared = lengthOf(reader, lengths >>> 4);
    const added = lengthOf(reader, lengths & NIBBLE_MAX);
    const from = reader.skip(added);
    // A term that has less in common with the one before than that had with ours differs from ours in the same place.
    if (shared < matched) return null;
    if (shared === matched) {
      let place = from;
      while (place < reader.position && matched < term.length && bytes[place] === term[matched]) {
        place += 1;
        matched += 1;
      }
      if (matched === term.length) return place === reader.position ? readEntry(reader) : null;
      if (place < reader.position && (bytes[place] as number) > (term[matched] as number)) return null;
    }
    skipEntry(reader);
  }
  return null;
}

const lengthOf = (reader: ByteReader, nibble: number): number => (nibble < NIBBLE_MAX ? nibble : nibble + reader.varint());

function skipEntry(reader: ByteReader): void {
  const head = reader.varint();
  const value = reader.varint();
  if ((head & 1) === 0) reader.skip(value);
}
