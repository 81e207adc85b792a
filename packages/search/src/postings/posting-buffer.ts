/** Postings in columns, by ascending document: what an encoder takes and a decoder gives. */
export class PostingBuffer {
  documents: Int32Array;
  /** Occurrences in the text of the chunk. */
  body: Int32Array;
  /** Occurrences in the path of its file. */
  path: Int32Array;
  /** Occurrences in its symbol and in the names it defines. */
  symbol: Int32Array;
  length = 0;

  constructor(capacity: number) {
    this.documents = new Int32Array(capacity);
    this.body = new Int32Array(capacity);
    this.path = new Int32Array(capacity);
    this.symbol = new Int32Array(capacity);
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

function grown(column: Int32Array, capacity: number): Int32Array {
  const larger = new Int32Array(capacity);
  larger.set(column);
  return larger;
}
