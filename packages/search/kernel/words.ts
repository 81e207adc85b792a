import { clearColumn, grownColumn, newColumn } from './columns';
import { ASCII, BORDER, roleOf, UNICODE } from './kinds';
import { found, splitWord, WORD_MAX } from './split';
import { newTerm, numberOf } from './terms';

/*
 * Reads words out of UTF-16 and hands on the numbers of their terms. Source repeats its words: the numbers of those met
 * last are remembered by the words' bytes, one place for each hash. A word takes the place of the one before it, so that
 * memory is bounded and no input makes it slow.
 */

/** Places of 64 bytes: lengths, the word, the numbers of its terms. */
const PLACES: u32 = 1 << 15;
const PLACE_BITS: u32 = 6;
const WORD_AT: usize = 4;
const KEPT_MAX: u32 = 32;
const NUMBERS_AT: usize = 36;
const NUMBERS_MAX: u32 = 7;

const cache: usize = newColumn((<usize>PLACES) << PLACE_BITS);
/** A word in bytes. */
const word: usize = memory.data(260);
/** The text to read, in UTF-16. */
let units: usize = newColumn(1 << 16);
/** Numbers of the terms of what was read last. */
let numbers: usize = newColumn(1 << 14);
let count: u32 = 0;

/**
 * Reads the word that may hold letters beyond ASCII, and gives its terms by `addTerm`.
 * @param seen index of the first unit that is not ASCII; @param end of the text; @returns where to go on
 */
declare function readUnicode(start: u32, seen: u32, end: u32): u32;

/** @returns where a text of so many UTF-16 units is to be written */
export function textRoom(length: u32): usize {
  units = grownColumn(units, (<usize>length) << 1);
  return units;
}

/** @returns where a term is to be written before {@link addTerm} */
export function termRoom(): usize {
  return newTerm();
}

/** Adds the term that was written at {@link termRoom}. */
export function addTerm(length: u32): void {
  makeRoom(1);
  push(numberOf(length));
}

export function forgetWords(): void {
  clearColumn(cache);
}

/** Numbers of the terms in `[start, end)` of the text. @returns how many stand at {@link numbersRead} */
export function readWords(start: u32, end: u32): u32 {
  count = 0;
  makeRoom(end - start);
  let position = start;
  while (position < end) {
    if (roleOf(unitAt(position)) === BORDER) {
      position += 1;
      continue;
    }
    let hash: u32 = 0x811c9dc5;
    let role = ASCII;
    let next = position;
    for (; next < end; next++) {
      const unit = unitAt(next);
      role = roleOf(unit);
      if (role !== ASCII) break;
      hash = (hash ^ unit) * 0x01000193;
    }
    if (role === UNICODE && next < end) {
      position = readUnicode(position, next, end);
      makeRoom(end - position);
    } else {
      readWord(position, next, hash);
      position = next;
    }
  }
  return count;
}

export function numbersRead(): usize {
  return numbers;
}

function unitAt(index: u32): u32 {
  return load<u16>(units + ((<usize>index) << 1));
}

function readWord(start: u32, end: u32, hash: u32): void {
  const place = cache + ((<usize>((hash ^ (hash >>> 15)) & (PLACES - 1))) << PLACE_BITS);
  const length = end - start;
  const lengths = load<u32>(place);
  if (lengths >>> 8 !== length || !isWordAt(place + WORD_AT, start, length)) {
    readNewWord(start, length, place);
    return;
  }
  const terms = lengths & 0xff;
  for (let index: u32 = 0; index < terms; index++) push(load<u32>(place + NUMBERS_AT + (index << 2)));
}

function isWordAt(place: usize, start: u32, length: u32): bool {
  for (let index: u32 = 0; index < length; index++) if (<u32>load<u8>(place + index) !== unitAt(start + index)) return false;
  return true;
}

function readNewWord(start: u32, length: u32, place: usize): void {
  // Beyond it only sigils around the word can make it short enough, and they are dropped first.
  const first = afterSigils(start, length);
  const last = beforeSigils(first, start + length);
  if (last - first > WORD_MAX) return;
  for (let index = first; index < last; index++) store<u8>(word + (index - first), <u8>unitAt(index));
  const terms = splitWord(word, word + (last - first));
  if (length <= KEPT_MAX && terms <= NUMBERS_MAX) {
    store<u32>(place, (length << 8) | terms);
    for (let index: u32 = 0; index < length; index++) store<u8>(place + WORD_AT + index, <u8>unitAt(start + index));
    for (let index: u32 = 0; index < terms; index++) store<u32>(place + NUMBERS_AT + (index << 2), load<u32>(found + (index << 2)));
  }
  for (let index: u32 = 0; index < terms; index++) push(load<u32>(found + (index << 2)));
}

function afterSigils(start: u32, length: u32): u32 {
  let first = start;
  while (first < start + length && unitAt(first) === 0x24) first++;
  return first;
}

function beforeSigils(first: u32, end: u32): u32 {
  let last = end;
  while (last > first && unitAt(last - 1) === 0x24) last--;
  return last;
}

/** For what so many characters give: a word of ASCII less than two terms for each of them. Other words make room as they come. */
function makeRoom(characters: u32): void {
  numbers = grownColumn(numbers, (<usize>count + ((<usize>characters) << 1) + 1) << 2);
}

function push(number: u32): void {
  store<u32>(numbers + ((<usize>count) << 2), number);
  count += 1;
}
