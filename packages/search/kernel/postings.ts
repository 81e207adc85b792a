import { clearColumn, grownColumn, newColumn } from './columns';
import { clearOut, copyOut, outLength, varintOut, wordOut } from './out';
import { renewTerms, termCount, termHash, termLength, termStart } from './terms';
import { forgetWords, numbersRead, readWords } from './words';

/*
 * The postings of one file after another, every term once, with its frequencies by chunk. `file-postings.ts` says what
 * the bytes mean and reads them.
 */

const BODY_ONLY: u32 = 2;
const BODY_AND_SYMBOL: u32 = 3;

/** What is known of a term while a file is read, four numbers that are looked at together. */
const STATE_BITS: u32 = 4;
const CHUNK_SEEN: usize = 0;
const POSTING: usize = 4;
const FILE_SEEN: usize = 8;
const PLACE: usize = 12;
/** By number of a term. Chunks and files are counted from 1 over the life of the module. */
let states: usize = newColumn(1 << 16);
let file: u32 = 0;
let chunk: u32 = 0;

/** By place of a term in the file, 16 bytes each: its number, its frequency in the path, its postings, where the next of them goes. */
const PLACE_SIZE_BITS: u32 = 4;
const PATH_COUNT: usize = 4;
const POSTING_COUNT: usize = 8;
const NEXT: usize = 12;
let places: usize = newColumn(1 << 14);
let placeCount: u32 = 0;

/** By posting, in the order of chunks, 16 bytes each: place of its term, chunk, frequency in the body, in the symbol. */
const POSTING_SIZE_BITS: u32 = 4;
const CHUNK: usize = 4;
const BODY: usize = 8;
const SYMBOL: usize = 12;
let postings: usize = newColumn(1 << 16);
let postingCount: u32 = 0;
/** Postings by the place of their term. */
let order: usize = newColumn(1 << 14);

let lengths: usize = newColumn(1 << 10);
let chunkCount: u32 = 0;
let pathLength: u32 = 0;

/** @param start where the path stands in the text; every chunk is found by its words */
export function beginFile(start: u32, end: u32): void {
  placeCount = 0;
  postingCount = 0;
  chunkCount = 0;
  file += 1;
  const isRenewed = renewTerms();
  if (isRenewed) forgetWords();
  if (isRenewed || chunk >= 1 << 31) {
    clearColumn(states);
    file = 1;
    chunk = 0;
  }
  pathLength = readWords(start, end);
  const numbers = numbersRead();
  for (let index: u32 = 0; index < pathLength; index++) {
    const place = placeOf(load<u32>(numbers + ((<usize>index) << 2)));
    store<u32>(place, load<u32>(place, PATH_COUNT) + 1, PATH_COUNT);
  }
}

/** @param symbolStart where its symbol and the names it defines stand in the text, apart from each other */
export function addChunk(start: u32, end: u32, symbolStart: u32, symbolEnd: u32): void {
  chunk += 1;
  lengths = grownColumn(lengths, (<usize>chunkCount + 1) << 2);
  const length = pathLength + take(start, end, BODY) + take(symbolStart, symbolEnd, SYMBOL);
  store<u32>(lengths + ((<usize>chunkCount) << 2), length);
  chunkCount += 1;
}

/** @returns the number of bytes that stand at `outStart` */
export function endFile(): u32 {
  orderByTerm();
  clearOut();
  varintOut(chunkCount);
  varintOut(placeCount);
  for (let index: u32 = 0; index < chunkCount; index++) varintOut(load<u32>(lengths + ((<usize>index) << 2)));
  for (let index: u32 = 0; index < placeCount; index++) writeTerm(places + ((<usize>index) << PLACE_SIZE_BITS));
  let posting: u32 = 0;
  for (let index: u32 = 0; index < placeCount; index++) {
    posting = writePostings(posting, load<u32>(places + ((<usize>index) << PLACE_SIZE_BITS), POSTING_COUNT));
  }
  return outLength();
}

/** @param field where its frequency stands in a posting; @returns the number of terms */
function take(start: u32, end: u32, field: usize): u32 {
  const count = readWords(start, end);
  const numbers = numbersRead();
  states = grownColumn(states, (<usize>termCount()) << STATE_BITS);
  for (let index: u32 = 0; index < count; index++) {
    const number = load<u32>(numbers + ((<usize>index) << 2));
    const state = states + ((<usize>number) << STATE_BITS);
    const posting = load<u32>(state, CHUNK_SEEN) === chunk ? load<u32>(state, POSTING) : newPosting(number);
    const counted = postings + ((<usize>posting) << POSTING_SIZE_BITS) + field;
    store<u32>(counted, load<u32>(counted) + 1);
  }
  return count;
}

function placeOf(number: u32): usize {
  states = grownColumn(states, (<usize>termCount()) << STATE_BITS);
  const state = states + ((<usize>number) << STATE_BITS);
  if (load<u32>(state, FILE_SEEN) === file) return places + ((<usize>load<u32>(state, PLACE)) << PLACE_SIZE_BITS);
  places = grownColumn(places, (<usize>placeCount + 1) << PLACE_SIZE_BITS);
  const place = places + ((<usize>placeCount) << PLACE_SIZE_BITS);
  store<u32>(state, file, FILE_SEEN);
  store<u32>(state, placeCount, PLACE);
  store<u32>(place, number);
  store<u64>(place, 0, PATH_COUNT);
  placeCount += 1;
  return place;
}

function newPosting(number: u32): u32 {
  const place = placeOf(number);
  postings = grownColumn(postings, (<usize>postingCount + 1) << POSTING_SIZE_BITS);
  const posting = postings + ((<usize>postingCount) << POSTING_SIZE_BITS);
  const state = states + ((<usize>number) << STATE_BITS);
  store<u32>(posting, load<u32>(state, PLACE));
  store<u32>(posting, chunkCount, CHUNK);
  store<u64>(posting, 0, BODY);
  store<u32>(state, chunk, CHUNK_SEEN);
  store<u32>(state, postingCount, POSTING);
  store<u32>(place, load<u32>(place, POSTING_COUNT) + 1, POSTING_COUNT);
  postingCount += 1;
  return postingCount - 1;
}

/** Counting sort: by the place of the term, in the order of chunks. */
function orderByTerm(): void {
  order = grownColumn(order, (<usize>postingCount) << 2);
  let next: u32 = 0;
  for (let index: u32 = 0; index < placeCount; index++) {
    const place = places + ((<usize>index) << PLACE_SIZE_BITS);
    store<u32>(place, next, NEXT);
    next += load<u32>(place, POSTING_COUNT);
  }
  for (let posting: u32 = 0; posting < postingCount; posting++) {
    const place = places + ((<usize>load<u32>(postings + ((<usize>posting) << POSTING_SIZE_BITS))) << PLACE_SIZE_BITS);
    const target = load<u32>(place, NEXT);
    store<u32>(order + ((<usize>target) << 2), posting);
    store<u32>(place, target + 1, NEXT);
  }
}

function writeTerm(place: usize): void {
  const number = load<u32>(place);
  const length = termLength(number);
  wordOut(termHash(number));
  varintOut(length);
  copyOut(termStart(number), length);
  varintOut(load<u32>(place, PATH_COUNT));
  varintOut(load<u32>(place, POSTING_COUNT));
}

/** @param first index in `order` of a term's first posting; @returns that of the next term */
function writePostings(first: u32, count: u32): u32 {
  let previous: u32 = 0;
  for (let index = first; index < first + count; index++) {
    const posting = postings + ((<usize>load<u32>(order + ((<usize>index) << 2))) << POSTING_SIZE_BITS);
    const chunk = load<u32>(posting, CHUNK);
    const body = load<u32>(posting, BODY);
    const symbol = load<u32>(posting, SYMBOL);
    const code = symbol > 0 || body === 0 ? BODY_AND_SYMBOL : body > 2 ? BODY_ONLY : body - 1;
    varintOut(((chunk - previous) << 2) | code);
    if (code >= BODY_ONLY) varintOut(body);
    if (code === BODY_AND_SYMBOL) varintOut(symbol);
    previous = chunk;
  }
  return first + count;
}
