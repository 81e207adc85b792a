import { isAscii } from 'node:buffer';

/** Bytes that are looked at together. */
const PIECE = 8 * 1024;

/**
 * `bytes.toString().slice(start, end)` without making a string of what is left out: of a file of a megabyte some lines are
 * shown. ASCII has as many UTF-16 units as bytes, and most pieces of most files are ASCII.
 * @param bytes sound UTF-8
 */
export function sliceUtf8(bytes: Buffer, start: number, end: number): string {
  if (start === 0 && end >= bytes.length) return bytes.toString('utf8');
  const limit = Math.min(end, bytes.length);
  if (isAscii(bytes.subarray(0, limit))) return bytes.toString('latin1', Math.min(start, limit), limit);
  let text = '';
  for (let at = 0, units = 0; at < bytes.length && units < end; ) {
    const next = characterFrom(bytes, at + PIECE);
    const piece = bytes.subarray(at, next);
    at = next;
    if (isAscii(piece)) {
      if (units + piece.length > start) text += piece.toString('latin1', Math.max(0, start - units), Math.min(piece.length, end - units));
      units += piece.length;
    } else {
      const decoded = piece.toString('utf8');
      if (units + decoded.length > start) text += decoded.slice(Math.max(0, start - units), end - units);
      units += decoded.length;
    }
  }
  return text;
}

/** The first place from `at` on where a character begins; the end where none does. */
function characterFrom(bytes: Uint8Array, at: number): number {
  let place = at;
  while (place < bytes.length && ((bytes[place] as number) & 0xc0) === 0x80) place += 1;
  return Math.min(place, bytes.length);
}
