import { grownColumn, newColumn } from './columns';

/** Bytes that were made; numbers as little-endian base-128 varints. */
let out: usize = newColumn(1 << 16);
let length: usize = 0;

export function outStart(): usize {
  return out;
}

export function outLength(): u32 {
  return <u32>length;
}

export function clearOut(): void {
  length = 0;
}

export function varintOut(value: u32): void {
  out = grownColumn(out, length + 5);
  let rest = value;
  while (rest > 0x7f) {
    store<u8>(out + length, <u8>((rest & 0x7f) | 0x80));
    length += 1;
    rest >>>= 7;
  }
  store<u8>(out + length, <u8>rest);
  length += 1;
}

/** Four bytes, low ones first. */
export function wordOut(value: u32): void {
  out = grownColumn(out, length + 4);
  store<u32>(out + length, value);
  length += 4;
}

export function copyOut(start: usize, size: u32): void {
  out = grownColumn(out, length + size);
  memory.copy(out + length, start, size);
  length += size;
}
