const encoder = new TextEncoder();

/** Bytes in a buffer that grows and is used again; numbers as little-endian base-128 varints. */
export class ByteWriter {
  #bytes: Uint8Array;
  #length = 0;

  constructor(capacity = 1024) {
    this.#bytes = new Uint8Array(capacity);
  }

  get length(): number {
    return this.#length;
  }

  clear(): void {
    this.#length = 0;
  }

  byte(value: number): void {
    if (this.#length === this.#bytes.length) this.#grow(1);
    this.#bytes[this.#length++] = value;
  }

  /** @param value an integer from 0 to 2^32 - 1 */
  varint(value: number): void {
    if (this.#length + 5 > this.#bytes.length) this.#grow(5);
    const bytes = this.#bytes;
    let rest = value >>> 0;
    while (rest > 0x7f) {
      bytes[this.#length++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    bytes[this.#length++] = rest;
  }

  /** Four bytes, low ones first. */
  word(value: number): void {
    if (this.#length + 4 > this.#bytes.length) this.#grow(4);
    const bytes = this.#bytes;
    bytes[this.#length++] = value & 0xff;
    bytes[this.#length++] = (value >>> 8) & 0xff;
    bytes[this.#length++] = (value >>> 16) & 0xff;
    bytes[this.#length++] = value >>> 24;
  }

  append(source: Uint8Array, start = 0, end = source.length): void {
    const size = end - start;
    if (this.#length + size > this.#bytes.length) this.#grow(size);
    // A call of `set` costs more than the few bytes of a term or of a short list.
    if (size > 32) this.#bytes.set(source.subarray(start, end), this.#length);
    else for (let index = 0; index < size; index++) this.#bytes[this.#length + index] = source[start + index] as number;
    this.#length += size;
  }

  /** UTF-8 of a text, with its length before it. */
  text(text: string): void {
    const limit = text.length * 3;
    if (this.#length + 5 + limit > this.#bytes.length) this.#grow(5 + limit);
    if (!this.#ascii(text)) {
      const bytes = encoder.encode(text);
      this.varint(bytes.length);
      this.append(bytes);
    }
  }

  /** Letter by letter, which is faster for names than any call. @returns whether it is ASCII; otherwise nothing is written */
  #ascii(text: string): boolean {
    const before = this.#length;
    this.varint(text.length);
    const start = this.#length;
    for (let index = 0; index < text.length; index++) {
      const code = text.charCodeAt(index);
      if (code >= 0x80) {
        this.#length = before;
        return false;
      }
      this.#bytes[start + index] = code;
    }
    this.#length += text.length;
    return true;
  }

  /** What was written; valid until the next write. */
  view(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  /** A copy with a buffer of its own. */
  copy(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.view());
  }

  #grow(needed: number): void {
    const grown = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + needed));
    grown.set(this.view());
    this.#bytes = grown;
  }
}
