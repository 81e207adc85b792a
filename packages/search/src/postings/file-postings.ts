import { ByteReader, ByteWriter } from '../bytes/index.ts';
import { TermNumbers } from '../tokenize/index.ts';

/** What the fields of one chunk hold. */
export interface ChunkFields {
  /** Text of the chunk. */
  text: string;
  /** Its symbol and the names it defines, apart from each other. */
  symbol: string;
}

const ONCE = 0;
const TWICE = 1;
const BODY_ONLY = 2;
const BODY_AND_SYMBOL = 3;

/**
 * Makes the postings of files, one after another: every term once, with its frequencies by chunk. The bytes go to the
 * writer's thread and are never stored: chunks, terms; tokens of each chunk; then per term hash (four bytes), length and
 * bytes, frequency in the path, postings: distance to the chunk before and a code in one varint, then what the code does not say.
 */
export class FilePostingsBuilder {
  readonly #terms = new TermNumbers();
  readonly #out = new ByteWriter(1 << 16);
  /** By number of a term: the file that met it last, and its place among that file's terms. */
  #fileOf = new Uint32Array(4_096);
  #placeOf = new Uint32Array(4_096);
  #file = 0;
  /** By place of a term in the file. */
  #numbers = new Uint32Array(1_024);
  #pathCounts = new Uint32Array(1_024);
  #postingCounts = new Uint32Array(1_024);
  /** Last posting of a term, by place; one from an earlier file or chunk is told by its chunk. */
  #lastPosting = new Int32Array(1_024);
  #termCount = 0;
  /** By posting, in the order of chunks. */
  #places = new Uint32Array(4_096);
  #chunks = new Uint32Array(4_096);
  #bodies = new Uint32Array(4_096);
  #symbols = new Uint32Array(4_096);
  #postings = 0;
  #order = new Uint32Array(4_096);

  /** @param path every chunk is found by its words */
  build(path: string, chunks: readonly ChunkFields[]): Uint8Array<ArrayBuffer> {
    this.#begin();
    const pathLength = this.#countPath(path);
    const out = this.#out;
    out.clear();
    const lengths = chunks.map((chunk, index) => {
      const body = this.#count(chunk.text, index, true);
      return pathLength + body + this.#count(chunk.symbol, index, false);
    });
    out.varint(chunks.length);
    out.varint(this.#termCount);
    for (const length of lengths) out.varint(length);
    this.#orderByTerm();
    let posting = 0;
    for (let place = 0; place < this.#termCount; place++) posting = this.#writeTerm(place, posting);
    return out.copy();
  }

  #begin(): void {
    this.#termCount = 0;
    this.#postings = 0;
    this.#file += 1;
    if (this.#terms.renew() || this.#file === 2 ** 32) {
      this.#fileOf.fill(0);
      this.#file = 1;
    }
  }

  #countPath(path: string): number {
    const { numbers, count } = this.#terms.read(path);
    for (let index = 0; index < count; index++) {
      const place = this.#place(numbers[index] as number);
      this.#pathCounts[place] = (this.#pathCounts[place] as number) + 1;
    }
    return count;
  }

  #count(text: string, chunk: number, isBody: boolean): number {
    const { numbers, count } = this.#terms.read(text);
    for (let index = 0; index < count; index++) {
      const posting = this.#posting(this.#place(numbers[index] as number), chunk);
      const counts = isBody ? this.#bodies : this.#symbols;
      counts[posting] = (counts[posting] as number) + 1;
    }
    return count;
  }

  #place(number: number): number {
    if (number >= this.#fileOf.length) {
      this.#fileOf = grown(this.#fileOf, this.#terms.count);
      this.#placeOf = grown(this.#placeOf, this.#terms.count);
    }
    if (this.#fileOf[number] === this.#file) return this.#placeOf[number] as number;
    const place = this.#termCount++;
    if (place === this.#numbers.length) {
      this.#numbers = grown(this.#numbers, place + 1);
      this.#pathCounts = grown(this.#pathCounts, place + 1);
      this.#postingCounts = grown(this.#postingCounts, place + 1);
      const last = new Int32Array(this.#numbers.length);
      last.set(this.#lastPosting);
      this.#lastPosting = last;
    }
    this.#fileOf[number] = this.#file;
    this.#placeOf[number] = place;
    this.#numbers[place] = number;
    this.#pathCounts[place] = 0;
    this.#postingCounts[place] = 0;
    this.#lastPosting[place] = -1;
    return place;
  }

  #posting(place: number, chunk: number): number {
    const last = this.#lastPosting[place] as number;
    if (last >= 0 && this.#chunks[last] === chunk) return last;
    const posting = this.#postings++;
    if (posting === this.#places.length) {
      this.#places = grown(this.#places, posting + 1);
      this.#chunks = grown(this.#chunks, posting + 1);
      this.#bodies = grown(this.#bodies, posting + 1);
      this.#symbols = grown(this.#symbols, posting + 1);
      this.#order = new Uint32Array(this.#places.length);
    }
    this.#places[posting] = place;
    this.#chunks[posting] = chunk;
    this.#bodies[posting] = 0;
    this.#symbols[posting] = 0;
    this.#lastPosting[place] = posting;
    this.#postingCounts[place] = (this.#postingCounts[place] as number) + 1;
    return posting;
  }

  /** Counting sort: `order` lists the postings by the place of their term, in the order of chunks. */
  #orderByTerm(): void {
    const next = this.#lastPosting;
    let start = 0;
    for (let place = 0; place < this.#termCount; place++) {
      next[place] = start;
      start += this.#postingCounts[place] as number;
    }
    for (let posting = 0; posting < this.#postings; posting++) {
      const place = this.#places[posting] as number;
      const target = next[place] as number;
      this.#order[target] = posting;
      next[place] = target + 1;
    }
  }

  /** @param first index in `order` of the term's first posting; @returns that of the next term */
  #writeTerm(place: number, first: number): number {
    const out = this.#out;
    const number = this.#numbers[place] as number;
    const term = this.#terms.bytes(number);
    out.word(this.#terms.hash(number));
    out.varint(term.length);
    out.append(term);
    out.varint(this.#pathCounts[place] as number);
    const count = this.#postingCounts[place] as number;
    out.varint(count);
    let previous = 0;
    for (let index = first; index < first + count; index++) {
      const posting = this.#order[index] as number;
      const chunk = this.#chunks[posting] as number;
      const body = this.#bodies[posting] as number;
      const symbol = this.#symbols[posting] as number;
      const code = symbol > 0 || body === 0 ? BODY_AND_SYMBOL : body > 2 ? BODY_ONLY : body - 1;
      out.varint(((chunk - previous) << 2) | code);
      if (code >= BODY_ONLY) out.varint(body);
      if (code === BODY_AND_SYMBOL) out.varint(symbol);
      previous = chunk;
    }
    return first + count;
  }
}

function grown(column: Uint32Array<ArrayBuffer>, needed: number): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(Math.max(column.length * 2, needed));
  larger.set(column);
  return larger;
}

/** Reads what a {@link FilePostingsBuilder} made: first the head, then term by term. @throws DamagedBytes */
export class FilePostingsReader {
  readonly chunks: number;
  readonly terms: number;
  readonly #reader: ByteReader;
  /** The term read last: its hash, and where its bytes stand in `bytes`. */
  hash = 0;
  start = 0;
  end = 0;
  /** Its frequency in the path; when it is not 0, all chunks have the term. */
  pathCount = 0;
  /** Chunks that have it in the body or in the symbol. */
  count = 0;
  /** The posting read last. */
  chunk = 0;
  body = 0;
  symbol = 0;

  constructor(bytes: Uint8Array) {
    this.#reader = new ByteReader(bytes);
    this.chunks = this.#reader.count(bytes.length, 'chunks');
    this.terms = this.#reader.count(bytes.length, 'terms');
  }

  get bytes(): Uint8Array {
    return this.#reader.bytes;
  }

  /** Once for each chunk, before the first term. */
  length(): number {
    return this.#reader.varint();
  }

  term(): void {
    const reader = this.#reader;
    this.hash = reader.word();
    const size = reader.varint();
    this.start = reader.skip(size);
    this.end = reader.position;
    this.pathCount = reader.varint();
    this.count = reader.count(this.chunks, 'chunks with a term');
    this.chunk = 0;
  }

  posting(): void {
    const value = this.#reader.varint();
    const code = value & 3;
    this.chunk += value >>> 2;
    this.body = code === ONCE ? 1 : code === TWICE ? 2 : this.#reader.varint();
    this.symbol = code === BODY_AND_SYMBOL ? this.#reader.varint() : 0;
  }
}
