/** Postings in columns, by ascending document: what an encoder takes and a decoder gives. */
export class PostingBuffer {
  documents: Uint32Array;
  /** Occurrences in the text of the chunk. */
  body: Uint32Array;
  /** Occurrences in the path of its file. */
  path: Uint32Array;
  /** Occurrences in its symbol and in the names it defines. */
  symbol: Uint32Array;
  length = 0;

  constructor(capacity: number) {
    this.documents = new Uint32Array(capacity);
    this.body = new Uint32Array(capacity);
    this.path = new Uint32Array(capacity);
    this.symbol = new Uint32Array(capacity);
  }

  push(document: number, body: number, path: number, symbol: number): void {
    if (this.length === this.documents.length) this.reserve(Math.max(128, this.length * 2));
    const index = this.length++;
    this.documents[index] = document;
    this.body[index] = body;
    this.path[index] = path;
    this.symbol[index] = symbol;
  }

  reserve(capacity: number): void {
    if (capacity <= this.documents.length) return;
    this.documents = grown(this.documents, capacity);
    this.body = grown(this.body, capacity);
    this.path = grown(this.path, capacity);
    this.symbol = grown(this.symbol, capacity);
  }
}

function grown(column: Uint32Array, capacity: number): Uint32Array {
  const larger = new Uint32Array(capacity);
  larger.set(column);
  return larger;
}
