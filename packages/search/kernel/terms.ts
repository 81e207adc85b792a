import { clearColumn, grownColumn, newColumn } from './columns';

/*
 * Gives every different term a number, in the order of their first occurrence; found by hash and bytes in a table with
 * open addresses, which is at most half full.
 */

/** From so many different terms on all are forgotten before the next file. */
const TERMS_MAX: u32 = 1 << 17;
/** Bytes of a term, at most. */
export const TERM_BYTES: u32 = 255;

/** By hash: a number and one, or 0. */
let table: usize = newColumn(4 << 12);
let mask: u32 = (1 << 12) - 1;
/** Numbers given out; all are below it. */
let count: u32 = 0;
/** UTF-8 of all terms, one after another. */
let bytes: usize = newColumn(1 << 16);
/** Where the bytes of a term begin; those of the last end where the next would begin. */
let starts: usize = newColumn(4 << 12);
let hashes: usize = newColumn(4 << 12);

export function termCount(): u32 {
  return count;
}

/** Forgets all numbers when there have become many. @returns whether it did */
export function renewTerms(): bool {
  if (count < TERMS_MAX) return false;
  count = 0;
  clearColumn(table);
  return true;
}

/** Where the bytes of a new term may be written, `TERM_BYTES` of them; until the next {@link numberOf}. */
export function newTerm(): usize {
  const start = load<u32>(starts + (count << 2));
  bytes = grownColumn(bytes, start + TERM_BYTES);
  return bytes + start;
}

/** @returns the number of the term whose bytes were written at {@link newTerm} */
export function numberOf(length: u32): u32 {
  const start = load<u32>(starts + (count << 2));
  const term = bytes + start;
  const hash = hashOf(term, length);
  let slot = slotOf(hash, mask);
  for (;;) {
    const known = load<u32>(table + (slot << 2));
    if (known === 0) break;
    if (load<u32>(hashes + ((known - 1) << 2)) === hash && isTerm(known - 1, term, length)) return known - 1;
    slot = (slot + 1) & mask;
  }
  const number = count;
  store<u32>(table + (slot << 2), number + 1);
  starts = grownColumn(starts, (number + 2) << 2);
  hashes = grownColumn(hashes, (number + 2) << 2);
  store<u32>(starts + ((number + 1) << 2), start + length);
  store<u32>(hashes + (number << 2), hash);
  count += 1;
  if (count * 2 > mask) growTable();
  return number;
}

/** FNV-1a. */
export function hashOf(start: usize, length: u32): u32 {
  let hash: u32 = 0x811c9dc5;
  for (let index: u32 = 0; index < length; index++) hash = (hash ^ load<u8>(start + index)) * 0x01000193;
  return hash;
}

export function termHash(number: u32): u32 {
  return load<u32>(hashes + (number << 2));
}

export function termStart(number: u32): usize {
  return bytes + load<u32>(starts + (number << 2));
}

export function termLength(number: u32): u32 {
  const at = starts + (number << 2);
  return load<u32>(at, 4) - load<u32>(at);
}

function isTerm(number: u32, term: usize, length: u32): bool {
  if (termLength(number) !== length) return false;
  const start = termStart(number);
  for (let index: u32 = 0; index < length; index++) if (load<u8>(start + index) !== load<u8>(term + index)) return false;
  return true;
}

function growTable(): void {
  mask = mask * 2 + 1;
  table = grownColumn(table, (mask + 1) << 2);
  clearColumn(table);
  for (let number: u32 = 0; number < count; number++) {
    let slot = slotOf(termHash(number), mask);
    while (load<u32>(table + (slot << 2)) !== 0) slot = (slot + 1) & mask;
    store<u32>(table + (slot << 2), number + 1);
  }
}

function slotOf(hash: u32, mask: u32): u32 {
  return (hash ^ (hash >>> 15)) & mask;
}
