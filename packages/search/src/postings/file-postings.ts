import { ByteReader, DamagedBytes } from '../bytes/index.ts';
import { Kernel, type Span } from './kernel.ts';

/** One chunk of a file. */
export interface ChunkFields {
  /** Where it stands in the text of the file. */
  body: Span;
  /** Its symbol and the names it defines, apart from each other. */
  symbol: string;
}

const ONCE = 0;
const TWICE = 1;
const BODY_AND_SYMBOL = 3;

/** A kernel whose memory has become larger is dropped after the file: what it has taken it keeps. */
const KERNEL_MAX_BYTES = 64 * 1024 * 1024;

/**
 * Makes the postings of files, one after another: every term once, with its frequencies by chunk. The bytes go to the
 * writer's thread and are never stored: numbers of chunks and terms; tokens of each chunk; per term hash (four bytes),
 * length and bytes, frequency in the path, number of postings; then the postings of all terms: distance to the chunk before
 * and a code in one varint, then what the code does not say.
 */
export class FilePostingsBuilder {
  #kernel = new Kernel();

  /** @param path every chunk is found by its words */
  build(path: string, text: string, chunks: readonly ChunkFields[]): Uint8Array<ArrayBuffer> {
    const kernel = this.#kernel;
    kernel.take([text, path, chunks.map(({ symbol }) => symbol).join('\n')]);
    let position = text.length + path.length;
    kernel.beginFile({ start: text.length, end: position });
    for (const { body, symbol } of chunks) {
      kernel.addChunk(body, { start: position, end: position + symbol.length });
      position += symbol.length + 1;
    }
    const postings = kernel.endFile();
    if (kernel.memoryBytes > KERNEL_MAX_BYTES) this.#kernel = new Kernel();
    return postings;
  }
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
