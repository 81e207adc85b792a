import { DIGIT, kindOf, LOWER, lowerCase, SEPARATOR, UPPER } from './kinds';
import { stem } from './stem';
import { newTerm, numberOf } from './terms';

/*
 * Terms of one word of ASCII letters, digits, `_` and `$`: whole, then parts. The same rules as `split-word.ts`, which
 * splits the words of questions.
 */

/** The longest term, in characters. */
const TOKEN_MAX: u32 = 64;
/** A longer word is data, not a name: it gives no terms. */
export const WORD_MAX: u32 = 256;
/** From this length on the ratio of letters to parts tells encoded data from names. */
const NOISE_MIN_LENGTH: u32 = 20;
const NOISE_LETTERS_PER_PART: u32 = 3;
/** `sha256sum` has three runs of letters or digits, a hash has dozens. */
const MAX_RUNS: u32 = 5;
const SIGIL: u32 = 0x24;

/** Numbers of the terms found, in their order: a word of 256 letters has less than two parts and two runs for each. */
export const found: usize = memory.data(4 * 4 * 256);
let foundCount: u32 = 0;

/** Begin and end of each part, in the word. */
const parts: usize = memory.data(2 * 4 * 257);

/** @returns how many numbers stand in {@link found} */
export function splitWord(start: usize, end: usize): u32 {
  foundCount = 0;
  while (start < end && load<u8>(start) === SIGIL) start++;
  while (end > start && load<u8>(end - 1) === SIGIL) end--;
  const length = <u32>(end - start);
  if (length === 0 || length > WORD_MAX) return 0;
  const count = findParts(start, length);
  if (count === 0) return 0;
  const isOnePart = count === 1 && partLength(0) === length;
  if (length <= TOKEN_MAX) take(start, length, isOnePart);
  if (length >= NOISE_MIN_LENGTH && count * NOISE_LETTERS_PER_PART > length) return foundCount;
  for (let part: u32 = 0; part < count; part++) {
    const size = partLength(part);
    const first = start + load<u32>(parts + (part << 3));
    if (size > 1 && size <= TOKEN_MAX && size < length) take(first, size, true);
    takeRuns(first, size);
  }
  return foundCount;
}

function partLength(part: u32): u32 {
  const at = parts + (part << 3);
  return load<u32>(at, 4) - load<u32>(at);
}

function findParts(word: usize, length: u32): u32 {
  let count: u32 = 0;
  let start: u32 = 0;
  for (let index: u32 = 0; index <= length; index++) {
    const kind = kindAt(word, length, index);
    if (kind !== SEPARATOR && !(kind === UPPER && index > start && beginsPart(word, length, index))) continue;
    if (index > start) {
      store<u32>(parts + (count << 3), start);
      store<u32>(parts + (count << 3), index, 4);
      count += 1;
    }
    start = kind === SEPARATOR ? index + 1 : index;
  }
  return count;
}

/** An upper-case letter begins a part after anything else, and before a lower-case letter: HTTP|Server. */
function beginsPart(word: usize, length: u32, index: u32): bool {
  return kindAt(word, length, index - 1) !== UPPER || kindAt(word, length, index + 1) === LOWER;
}

function kindAt(word: usize, length: u32, index: u32): u32 {
  return index >= length ? SEPARATOR : kindOf(load<u8>(word + index));
}

/** Runs of letters and of digits of a part that has both: sha256sum → sha, 256, sum. */
function takeRuns(part: usize, length: u32): void {
  let runs: u32 = 1;
  for (let index: u32 = 1; index < length; index++) if (isBorder(part, index)) runs += 1;
  if (runs < 2 || runs > MAX_RUNS) return;
  let start: u32 = 0;
  for (let index: u32 = 1; index <= length; index++) {
    if (index < length && !isBorder(part, index)) continue;
    if (index - start > 1 && index - start <= TOKEN_MAX) take(part + start, index - start, true);
    start = index;
  }
}

function isBorder(part: usize, index: u32): bool {
  return (kindOf(load<u8>(part + index)) === DIGIT) !== (kindOf(load<u8>(part + index - 1)) === DIGIT);
}

/** @param mayStem names with digits have no English endings, nor have names of several words */
function take(start: usize, length: u32, mayStem: bool): void {
  const term = newTerm();
  let isWord = mayStem;
  for (let index: u32 = 0; index < length; index++) {
    const letter = lowerCase(load<u8>(start + index));
    if (kindOf(letter) !== LOWER) isWord = false;
    store<u8>(term + index, <u8>letter);
  }
  store<u32>(found + (foundCount << 2), numberOf(isWord ? stem(term, length) : length));
  foundCount += 1;
}
