/** Documents of one segment, one bit each. */
export class DocumentSet {
  /** Documents of the segment. */
  readonly size: number;
  readonly #bits: Uint8Array;
  #count: number;

  constructor(size: number) {
    this.size = size;
    this.#bits = new Uint8Array((size + 7) >>> 3);
    this.#count = 0;
  }

  /** Of stored bytes; missing ones count as empty, further ones are left out. */
  static from(bytes: Uint8Array, size: number): DocumentSet {
    const set = new DocumentSet(size);
    set.#bits.set(bytes.subarray(0, set.#bits.length));
    const tail = size & 7;
    if (tail > 0) set.#bits[set.#bits.length - 1] = (set.#bits.at(-1) as number) & ((1 << tail) - 1);
    for (const byte of set.#bits) set.#count += bitCount(byte);
    return set;
  }

  copy(): DocumentSet {
    return DocumentSet.from(this.#bits, this.size);
  }

  get count(): number {
    return this.#count;
  }

  /** For storing; not to be changed. */
  get bytes(): Uint8Array {
    return this.#bits;
  }

  has(document: number): boolean {
    return (((this.#bits[document >>> 3] as number) >>> (document & 7)) & 1) === 1;
  }

  add(document: number): void {
    if (document < 0 || document >= this.size) throw new RangeError(`document ${document} of a segment with ${this.size}`);
    const byte = this.#bits[document >>> 3] as number;
    const bit = 1 << (document & 7);
    if ((byte & bit) !== 0) return;
    this.#bits[document >>> 3] = byte | bit;
    this.#count += 1;
  }

  /** In ascending order. */
  *[Symbol.iterator](): Generator<number> {
    for (let index = 0; index < this.#bits.length; index++) {
      for (let byte = this.#bits[index] as number; byte !== 0; byte &= byte - 1) {
        yield index * 8 + (31 - Math.clz32(byte & -byte));
      }
    }
  }
}

function bitCount(byte: number): number {
  let count = 0;
  for (let rest = byte; rest !== 0; rest &= rest - 1) count += 1;
  return count;
}
