import type { IndexEntry } from './index-entry.ts';

/** The extension "link" of gitformat-index(5). */
export interface SplitIndexLink {
  /** Hash of the shared index, as it stands in the name of its file: lower-case hex. */
  readonly sharedName: string;
  /** Two EWAH bitmaps: entries of the shared index that are gone, and those that are replaced. Empty: neither. */
  readonly bitmaps: Buffer;
}

/**
 * The entries of a split index: those of the shared index without what was deleted, with what was replaced (the first
 * entries of the split one, whose names are empty), then what was added. Not sorted.
 *
 * @returns `undefined` when the two do not fit
 */
export function mergeSplitIndex(
  shared: Iterable<IndexEntry>,
  split: Iterable<IndexEntry>,
  { bitmaps }: SplitIndexLink,
): IndexEntry[] | undefined {
  const base = [...shared];
  const changes = [...split];
  const deleted = readBitmap(bitmaps, 0, base.length);
  const replaced = deleted === undefined ? undefined : readBitmap(bitmaps, deleted.end, base.length);
  if (deleted === undefined || replaced === undefined || replaced.bits.length > changes.length) return undefined;
  for (const [at, position] of replaced.bits.entries()) {
    const [change, old] = [changes[at], base[position]];
    if (change === undefined || old === undefined) return undefined;
    base[position] = { ...change, path: old.path };
  }
  const gone = new Set(deleted.bits);
  return [...base.filter((_, position) => !gone.has(position)), ...changes.slice(replaced.bits.length)];
}

const WORD_BITS = 64;
const WORD_BYTES = 8;

/**
 * The positions of the bits that are set in an EWAH bitmap (gitformat-bitmap(5), appendix A): a marker word says how many
 * words of the same bit come, and how many words after it are written out.
 *
 * @param limit positions from here on cannot be: the bitmap is foreign, and a marker can claim billions of them
 */
function readBitmap(bytes: Buffer, start: number, limit: number): { bits: number[]; end: number } | undefined {
  if (start === bytes.length) return { bits: [], end: start };
  if (start + 8 > bytes.length) return undefined;
  const words = bytes.readUInt32BE(start + 4);
  const first = start + 8;
  const end = first + words * WORD_BYTES + 4;
  if (end > bytes.length) return undefined;
  const bits: number[] = [];
  let position = 0;
  for (let word = 0; word < words; ) {
    const marker = bytes.readBigUInt64BE(first + word * WORD_BYTES);
    const run = Number((marker >> 1n) & 0xffff_ffffn) * WORD_BITS;
    const literals = Number(marker >> 33n);
    if (word + 1 + literals > words) return undefined;
    if ((marker & 1n) === 1n) {
      if (position + run > limit + WORD_BITS) return undefined;
      for (let bit = position; bit < position + run; bit++) bits.push(bit);
    }
    position += run;
    for (let literal = 0; literal < literals; literal++, position += WORD_BITS) {
      if (position >= limit) return undefined;
      const value = bytes.readBigUInt64BE(first + (word + 1 + literal) * WORD_BYTES);
      for (let bit = 0; bit < WORD_BITS; bit++) if (((value >> BigInt(bit)) & 1n) === 1n) bits.push(position + bit);
    }
    word += 1 + literals;
  }
  return bits.every((bit) => bit < limit) ? { bits, end } : undefined;
}
