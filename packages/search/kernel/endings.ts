/*
 * Endings of English words with what takes their place, found by their last letter in the order in which they are tried.
 */

const LETTERS: u32 = 26;
const A: u32 = 0x61;
const COLON: i32 = 0x3a;
const SPACE: i32 = 0x20;

/** An ending in 16 bytes: its length, the length of what replaces it, the ending, what replaces it. */
export const ENDING_BYTES: usize = 16;
const BY_LENGTH: usize = 1;
const ENDING: usize = 2;
const BY: usize = 10;

const space: usize = memory.data(16 * 64);
const tables: usize = memory.data(4 * 27 * 4);
let used: usize = 0;
let made: u32 = 0;

const afterPluralText: string =
  'ational:ate tional:tion enci:ence anci:ance izer:ize abli:able alli:al entli:ent eli:e ousli:ous ization:ize ation:ate ator:ate ' +
  'alism:al iveness:ive fulness:ful ousness:ous aliti:al iviti:ive biliti:ble ';

export const afterPlural: usize = table(afterPluralText);
export const afterSuffix: usize = table('icate:ic ative: alize:al iciti:ic ical:ic ful: ness: ');
export const lastEndings: usize = table('ement: ance: ence: able: ible: ment: ant: ent: ism: ate: iti: ous: ive: ize: al: er: ic: ou: ');

/** @param letter from 0 for `a`; @returns the first ending of a table for words that end with it; up to {@link endOfEndings} */
export function endingsOf(endings: usize, letter: u32): usize {
  return load<u32>(endings + (letter << 2));
}

export function endOfEndings(endings: usize, letter: u32): usize {
  return load<u32>(endings + (letter << 2), 4);
}

/** @returns the length of the ending when the word `[start, end)` has it, else 0 */
export function fits(ending: usize, start: usize, end: usize): u32 {
  const length: u32 = load<u8>(ending);
  if (length > <u32>(end - start)) return 0;
  const first = end - length;
  for (let index: u32 = 0; index < length; index++) if (load<u8>(first + index) !== load<u8>(ending + index, ENDING)) return 0;
  return length;
}

/** Writes what replaces the ending. @returns its length */
export function replace(ending: usize, place: usize): u32 {
  const length: u32 = load<u8>(ending, BY_LENGTH);
  for (let index: u32 = 0; index < length; index++) store<u8>(place + index, load<u8>(ending + index, BY));
  return length;
}

/** @returns 27 places: where the endings with each last letter begin, and where all end */
function table(pairs: string): usize {
  const start = tables + made * (LETTERS + 1) * 4;
  made += 1;
  for (let letter: u32 = 0; letter < LETTERS; letter++) {
    store<u32>(start + (letter << 2), <u32>(space + used));
    takeEndings(pairs, A + letter);
  }
  store<u32>(start + (LETTERS << 2), <u32>(space + used));
  return start;
}

function takeEndings(pairs: string, letter: u32): void {
  let start = 0;
  while (start < pairs.length) {
    const colon = indexOf(pairs, COLON, start);
    const end = indexOf(pairs, SPACE, colon);
    if (<u32>pairs.charCodeAt(colon - 1) === letter) takeEnding(pairs, start, colon, end);
    start = end + 1;
  }
}

function takeEnding(pairs: string, start: i32, colon: i32, end: i32): void {
  const ending = space + used;
  used += ENDING_BYTES;
  store<u8>(ending, <u8>(colon - start));
  store<u8>(ending, <u8>(end - colon - 1), BY_LENGTH);
  for (let index = start; index < colon; index++) store<u8>(ending + (index - start), <u8>pairs.charCodeAt(index), ENDING);
  for (let index = colon + 1; index < end; index++) store<u8>(ending + (index - colon - 1), <u8>pairs.charCodeAt(index), BY);
}

function indexOf(text: string, code: i32, start: i32): i32 {
  let index = start;
  while (text.charCodeAt(index) !== code) index += 1;
  return index;
}
