import { afterPlural, afterSuffix, ENDING_BYTES, endingsOf, endOfEndings, fits, lastEndings, replace } from './endings';

/*
 * M. F. Porter, "An algorithm for suffix stripping", Program 14 (1980), as `stem-word.ts` has it for questions: in place, on
 * lower-case ASCII letters. Each step gives the length of what is left.
 */

const A: u32 = 0x61;
const E: u32 = 0x65;
const I: u32 = 0x69;
const L: u32 = 0x6c;
const S: u32 = 0x73;
const Y: u32 = 0x79;
const Z: u32 = 0x7a;
const CONSONANT: u32 = 0;
const VOWEL: u32 = 1;

/** Shorter words have no ending that could go. */
const SHORTEST: u32 = 3;

const ed: string = 'ed';
const eed: string = 'eed';
const ies: string = 'ies';
const ing: string = 'ing';
const sses: string = 'sses';
const sion: string = 'sion';
const tion: string = 'tion';
const at: string = 'at';
const bl: string = 'bl';
const iz: string = 'iz';

/** @returns the new length; what is written fits into the old one and one letter more */
export function stem(word: usize, length: u32): u32 {
  if (length < SHORTEST) return length;
  let end = withoutVerbEnding(word, withoutPlural(word, length));
  if (letter(word, end, 1) === Y && hasVowel(word, end - 1)) store<u8>(word + end - 1, <u8>I);
  end = replaceFirst(word, end, afterPlural, 0);
  end = replaceFirst(word, end, afterSuffix, 0);
  return withoutFinalE(word, withoutLastEnding(word, end));
}

/** The letter that stands `back` before the end; 0 before the beginning. */
function letter(word: usize, end: u32, back: u32): u32 {
  return back > end ? 0 : <u32>load<u8>(word + end - back);
}

function endsWith(word: usize, end: u32, ending: string): bool {
  const length = <u32>ending.length;
  if (length > end) return false;
  for (let index: u32 = 0; index < length; index++) {
    if (load<u8>(word + end - length + index) !== <u8>ending.charCodeAt(index)) return false;
  }
  return true;
}

function withoutPlural(word: usize, end: u32): u32 {
  if (letter(word, end, 1) !== S) return end;
  if (endsWith(word, end, sses) || endsWith(word, end, ies)) return end - 2;
  return letter(word, end, 2) === S ? end : end - 1;
}

/** `agreed` → `agree`, `hopping` → `hop`, `filing` → `file`. */
function withoutVerbEnding(word: usize, end: u32): u32 {
  if (endsWith(word, end, eed)) return syllables(word, end - 3) > 0 ? end - 1 : end;
  const left = endsWith(word, end, ed) ? end - 2 : endsWith(word, end, ing) ? end - 3 : end;
  if (left === end || !hasVowel(word, left)) return end;
  if (endsWith(word, left, at) || endsWith(word, left, bl) || endsWith(word, left, iz)) return withE(word, left);
  const last = letter(word, left, 1);
  const isDouble = left > 1 && last === letter(word, left, 2) && !isAnyVowel(last);
  if (isDouble && last !== L && last !== S && last !== Z) return left - 1;
  return syllables(word, left) === 1 && endsShort(word, left) ? withE(word, left) : left;
}

function withE(word: usize, end: u32): u32 {
  store<u8>(word + end, <u8>E);
  return end + 1;
}

/** The first ending that fits decides, whether it then goes or stays. */
function replaceFirst(word: usize, end: u32, endings: usize, moreThan: u32): u32 {
  const last = letter(word, end, 1) - A;
  if (last >= 26) return end;
  const limit = endOfEndings(endings, last);
  for (let ending = endingsOf(endings, last); ending < limit; ending += ENDING_BYTES) {
    const length = fits(ending, word, word + end);
    if (length === 0) continue;
    const left = end - length;
    return syllables(word, left) <= moreThan ? end : left + replace(ending, word + left);
  }
  return end;
}

function withoutLastEnding(word: usize, end: u32): u32 {
  if (endsWith(word, end, sion) || endsWith(word, end, tion)) return syllables(word, end - 3) > 1 ? end - 3 : end;
  return replaceFirst(word, end, lastEndings, 1);
}

function withoutFinalE(word: usize, end: u32): u32 {
  let left = end;
  if (letter(word, end, 1) === E) {
    const count = syllables(word, end - 1);
    if (count > 1 || (count === 1 && !endsShort(word, end - 1))) left = end - 1;
  }
  return letter(word, left, 1) === L && letter(word, left, 2) === L && syllables(word, left) > 1 ? left - 1 : left;
}

/** Porter's measure: how often a vowel is followed by a consonant. */
function syllables(word: usize, end: u32): u32 {
  let count: u32 = 0;
  let before = CONSONANT;
  for (let index: u32 = 0; index < end; index++) {
    const kind = kindAt(word, index, before);
    if (kind === CONSONANT && before === VOWEL) count += 1;
    before = kind;
  }
  return count;
}

function hasVowel(word: usize, end: u32): bool {
  let before = CONSONANT;
  for (let index: u32 = 0; index < end; index++) {
    before = kindAt(word, index, before);
    if (before === VOWEL) return true;
  }
  return false;
}

/** A `y` after a consonant sounds as a vowel; at the beginning of a word it does not. */
function kindAt(word: usize, index: u32, before: u32): u32 {
  const code: u32 = load<u8>(word + index);
  if (isAnyVowel(code)) return VOWEL;
  return code === Y && index > 0 && before === CONSONANT ? VOWEL : CONSONANT;
}

/** Bits of a, e, i, o, u. */
const VOWELS: u32 = 0x104111;

function isAnyVowel(code: u32): bool {
  return ((VOWELS >>> (code - A)) & 1) === 1 && code - A < 26;
}

/** Consonant, vowel, consonant, the last not w, x or y: `hop`, not `snow`. */
function endsShort(word: usize, end: u32): bool {
  if (end <= 2) return false;
  const last = letter(word, end, 1);
  const middle = letter(word, end, 2);
  if (isAnyVowel(last) || last === 0x77 || last === 0x78 || last === Y) return false;
  return (isAnyVowel(middle) || middle === Y) && !isAnyVowel(letter(word, end, 3));
}
