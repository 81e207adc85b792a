import { DamagedBytes } from './damaged-bytes.ts';

/** Reads what `ByteWriter` wrote, between two borders that it never crosses. @throws DamagedBytes at the end of the bytes */
export class ByteReader {
  readonly bytes: Uint8Array;
  readonly end: number;
  position: number;

  constructor(bytes: Uint8Array, start = 0, end = bytes.length) {
    this.bytes = bytes;
    this.position = start;
    this.end = end;
  }

  get left(): number {
    return this.end - this.position;
  }

  byte(): number {
    if (this.position >= this.end) throw new DamagedBytes('the bytes end too early');
    return this.bytes[this.position++] as number;
  }

  varint(): number {
    const first = this.byte();
    return first < 0x80 ? first : this.#longVarint(first & 0x7f);
  }

  #longVarint(first: number): number {
    let value = first;
    for (let shift = 7; shift < 35; shift += 7) {
      const next = this.byte();
      value += shift === 28 ? (next & 0x0f) * 0x1000_0000 : (next & 0x7f) << shift;
      if (next < 0x80) return value;
    }
    throw new DamagedBytes('a number has more than 32 bits');
  }

  /** A varint that says how many there are of something that takes at least one byte each `perByte`-th time. */
  count(most: number, what: string): number {
    const value = this.varint();
    if (value > most) throw new DamagedBytes(`${value} ${what} where there can be ${most} at most`);
    return value;
  }

  word(): number {
    this.need(4);
    const { bytes, position } = this;
    this.position += 4;
    const low = (bytes[position] as number) | ((bytes[position + 1] as number) << 8) | ((bytes[position + 2] as number) << 16);
    return (low | ((bytes[position + 3] as number) << 24)) >>> 0;
  }

  /** Goes over `size` bytes and gives the place where they begin. */
  skip(size: number): number {
    this.need(size);
    const start = this.position;
    this.position += size;
    return start;
  }

  need(size: number): void {
    if (size > this.end - this.position) throw new DamagedBytes('the bytes end too early');
  }
}
