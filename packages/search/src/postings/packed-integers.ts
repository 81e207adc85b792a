import { type ByteReader, type ByteWriter, DamagedBytes } from '../bytes/index.ts';

/** Numbers of one block, at most. */
export const blockSize = 128;

/** Wider values would not come out of one 32-bit read that begins at any bit. */
const WIDTH_MAX = 24;
const WIDTH_MASK = 0x1f;
const FLAG = 0x40;
const EXCEPTIONS = 0x80;
/** What an exception takes, about: its place and the bits that did not fit. */
const EXCEPTION_BYTES = 2;

const widths = new Uint32Array(33);

/**
 * Patched frame of reference: all values in as few bits each as pays, the few larger ones as exceptions.
 * Header byte: width, a flag of the caller, whether exceptions follow; then the packed bits, low ones first;
 * then the exceptions: their number, and for each its place and the bits above the width, as varints.
 */
export function packIntegers(writer: ByteWriter, values: Int32Array, count: number, flag = false): void {
  const width = bestWidth(values, count);
  let exceptions = 0;
  for (let index = 0; index < count; index++) if ((values[index] as number) >>> width !== 0) exceptions += 1;
  writer.byte(width | (flag ? FLAG : 0) | (exceptions > 0 ? EXCEPTIONS : 0));
  const mask = (1 << width) - 1;
  let pending = 0;
  let bits = 0;
  for (let index = 0; index < count; index++) {
    pending |= ((values[index] as number) & mask) << bits;
    bits += width;
    for (; bits >= 8; bits -= 8) {
      writer.byte(pending & 0xff);
      pending >>>= 8;
    }
  }
  if (bits > 0) writer.byte(pending);
  if (exceptions === 0) return;
  writer.varint(exceptions);
  for (let index = 0; index < count; index++) {
    const high = (values[index] as number) >>> width;
    if (high === 0) continue;
    writer.byte(index);
    writer.varint(high);
  }
}

function bestWidth(values: Int32Array, count: number): number {
  widths.fill(0);
  for (let index = 0; index < count; index++) {
    const bits = 32 - Math.clz32(values[index] as number);
    widths[bits] = (widths[bits] as number) + 1;
  }
  let best = 0;
  let bestCost = Infinity;
  let wider = count;
  for (let width = 0; width <= WIDTH_MAX; width++) {
    wider -= widths[width] as number;
    const cost = ((count * width + 7) >>> 3) + wider * EXCEPTION_BYTES + (wider > 0 ? 1 : 0);
    if (cost >= bestCost) continue;
    best = width;
    bestCost = cost;
  }
  return best;
}

/**
 * Reads `count` values into `into`; `view` shows the same bytes as the reader, which must go on for at least
 * three bytes beyond the reader's end.
 * @returns the caller's flag
 */
export function unpackIntegers(reader: ByteReader, view: DataView, into: Int32Array, count: number): boolean {
  const header = reader.byte();
  const width = header & WIDTH_MASK;
  if (width > WIDTH_MAX) throw new DamagedBytes(`numbers of ${width} bits`);
  const start = reader.skip((count * width + 7) >>> 3);
  if (width === 0) into.fill(0, 0, count);
  else {
    const mask = (1 << width) - 1;
    let bit = start << 3;
    let index = 0;
    // Of narrow ones four fit into one read, wherever it begins.
    for (const last = width <= 6 ? count - 4 : -1; index <= last; index += 4, bit += width << 2) {
      const word = view.getInt32(bit >>> 3, true) >>> (bit & 7);
      into[index] = word & mask;
      into[index + 1] = (word >>> width) & mask;
      into[index + 2] = (word >>> (width << 1)) & mask;
      into[index + 3] = (word >>> (width * 3)) & mask;
    }
    for (; index < count; index++, bit += width) into[index] = (view.getInt32(bit >>> 3, true) >>> (bit & 7)) & mask;
  }
  if ((header & EXCEPTIONS) !== 0) {
    const exceptions = reader.count(count, 'exceptions');
    for (let index = 0; index < exceptions; index++) {
      const place = reader.byte();
      if (place >= count) throw new DamagedBytes(`an exception at ${place} of ${count} numbers`);
      into[place] = (into[place] as number) | (reader.varint() << width);
    }
  }
  return (header & FLAG) !== 0;
}
