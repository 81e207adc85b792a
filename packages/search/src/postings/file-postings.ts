import { ByteReader, ByteWriter, DamagedBytes } from '../bytes/index.ts';
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

/** What is known of a term while a file is read, four numbers that are looked at together. */
const STATE = 4;
const CHUNK_SEEN = 0;
const POSTING = 1;
const FILE_SEEN = 2;
const PLACE = 3;

/**
 * Makes the postings of files, one after another: every term once, with its frequencies by chunk. The bytes go to the
 * writer's thread and are never stored: numbers of chunks and terms; tokens of each chunk; per term hash (four bytes),
 * length and bytes, frequency in the path, number of postings; then the postings of all terms: distance to the chunk before
 * and a code in one varint, then what the code does not say.
 */
export class FilePostingsBuilder {
  readonly #terms = new TermNumbers();
  readonly #out = new ByteWriter(1 << 16);
  /** By number of a term. Chunks and files are counted from 1 over the life of the builder. */
  #states = new Uint32Array(STATE << 12);
  #file = 0;
  #chunk = 0;
  /** By place of a term in the file: its number, its frequency in the path, its postings. */
  #numbers = new Uint32Array(1 << 10);
  #pathCounts = new Uint32Array(1 << 10);
  #postingCounts = new Uint32Array(1 << 10);
  #termCount = 0;
  /** By posting, in the order of chunks. */
  #places = new Uint32Array(1 << 12);
  #chunks = new Uint32Array(1 << 12);
  #bodies = new Uint32Array(1 << 12);
  #symbols = new Uint32Array(1 << 12);
  #order = new Uint32Array(1 << 12);
  #postings = 0;

  /** @param path every chunk is found by its words */
  build(path: string, chunks: readonly ChunkFields[]): Uint8Array<ArrayBuffer> {
    this.#begin();
    const pathLength = this.#countPath(path);
    const lengths = chunks.map(({ text, symbol }, index) => {
      this.#chunk += 1;
      return pathLength + this.#count(text, index, true) + this.#count(symbol, index, false);
    });
    const out = this.#out;
    out.clear();
    out.varint(chunks.length);
    out.varint(this.#termCount);
    for (const length of lengths) out.varint(length);
    this.#orderByTerm();
    for (let place = 0; place < this.#termCount; place++) this.#writeTerm(place);
    let posting = 0;
    for (let place = 0; place < this.#termCount; place++) posting = this.#writePostings(posting, this.#postingCounts[place] as number);
    return out.copy();
  }

  #begin(): void {
    this.#termCount = 0;
    this.#postings = 0;
    this.#file += 1;
    if (!this.#terms.renew() && this.#chunk < 2 ** 31) return;
    this.#states.fill(0);
    this.#file = 1;
    this.#chunk = 0;
  }

  #countPath(path: string): number {
    const terms = this.#terms;
    terms.read(path);
    for (let index = 0; index < terms.count; index++) {
      const place = this.#place(terms.found[index] as number);
      this.#pathCounts[place] = (this.#pathCounts[place] as number) + 1;
    }
    return terms.count;
  }

  /** @returns the number of tokens */
  #count(text: string, chunk: number, isBody: boolean): number {
    this.#terms.read(text);
    const { count, found } = this.#terms;
    for (let index = 0; index < count; index++) {
      const number = found[index] as number;
      const state = number * STATE;
      const isKnown = this.#states[state + CHUNK_SEEN] === this.#chunk;
      const posting = isKnown ? (this.#states[state + POSTING] as number) : this.#newPosting(number, chunk);
      const counts = isBody ? this.#bodies : this.#symbols;
      counts[posting] = (counts[posting] as number) + 1;
    }
    return count;
  }

  #place(number: number): number {
    if (number * STATE >= this.#states.length) this.#states = grown(this.#states, this.#terms.terms * STATE);
    const state = number * STATE;
    if (this.#states[state + FILE_SEEN] === this.#file) return this.#states[state + PLACE] as number;
    const place = this.#termCount++;
    if (place === this.#numbers.length) {
      this.#numbers = grown(this.#numbers, place + 1);
      this.#pathCounts = grown(this.#pathCounts, place + 1);
      this.#postingCounts = grown(this.#postingCounts, place + 1);
    }
    this.#states[state + FILE_SEEN] = this.#file;
    this.#states[state + PLACE] = place;
    this.#numbers[place] = number;
    this.#pathCounts[place] = 0;
    this.#postingCounts[place] = 0;
    return place;
  }

  #newPosting(number: number, chunk: number): number {
    const place = this.#place(number);
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
    this.#states[number * STATE + CHUNK_SEEN] = this.#chunk;
    this.#states[number * STATE + POSTING] = posting;
    this.#postingCounts[place] = (this.#postingCounts[place] as number) + 1;
    return posting;
  }

  /** Counting sort: `order` lists the postings by the place of their term, in the order of chunks. */
  #orderByTerm(): void {
    const next = new Uint32Array(this.#termCount);
    for (let place = 1; place < this.#termCount; place++) {
      next[place] = (next[place - 1] as number) + (this.#postingCounts[place - 1] as number);
    }
    for (let posting = 0; posting < this.#postings; posting++) {
      const place = this.#places[posting] as number;
      const target = next[place] as number;
      this.#order[target] = posting;
      next[place] = target + 1;
    }
  }

  #writeTerm(place: number): void {
    const out = this.#out;
    const terms = this.#terms;
    const number = this.#numbers[place] as number;
    const start = terms.start(number);
    const end = terms.start(number + 1);
    out.word(terms.hash(number));
    out.varint(end - start);
    out.append(terms.bytes, start, end);
    out.varint(this.#pathCounts[place] as number);
    out.varint(this.#postingCounts[place] as number);
  }

  /** @param first index in `order` of a term's first posting; @returns that of the next term */
  #writePostings(first: number, count: number): number {
    const out = this.#out;
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

/** Reads what a {@link FilePostingsBuilder} made, in this order: lengths, terms, postings. @throws DamagedBytes */
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

  /** Tokens of the next chunk. */
  readLength(): number {
    return this.#reader.varint();
  }

  readTerm(): void {
    const reader = this.#reader;
    this.hash = reader.word();
    const size = reader.varint();
    this.start = reader.skip(size);
    this.end = reader.position;
    this.pathCount = reader.varint();
    this.count = reader.count(this.chunks, 'chunks with a term');
  }

  /** Before the first posting of each term. */
  beginList(): void {
    this.chunk = 0;
  }

  readPosting(): void {
    const value = this.#reader.varint();
    const code = value & 3;
    this.chunk += value >>> 2;
    if (this.chunk >= this.chunks) throw new DamagedBytes(`a posting of chunk ${this.chunk} of ${this.chunks}`);
    this.body = code === ONCE ? 1 : code === TWICE ? 2 : this.#reader.varint();
    this.symbol = code === BODY_AND_SYMBOL ? this.#reader.varint() : 0;
  }
}
