import { stemWord } from './stem-word.ts';

/** The longest token, in UTF-16 units. */
export const TOKEN_MAX = 64;
/** A longer word is data, not a name: it gives no tokens. */
export const WORD_MAX = 256;

/** Names change case every four letters or so; encoded data does it every two. From this length on the ratio is trusted. */
const NOISE_MIN_LENGTH = 20;
const NOISE_LETTERS_PER_PART = 3;
/** `sha256sum` has three runs of letters or digits, a hash has dozens. */
const MAX_RUNS = 5;

const SEPARATOR = 0;
const LOWER = 1;
const UPPER = 2;
const DIGIT = 3;

/** Tokens of one word of ASCII letters, digits, `_` and `$`: whole, then parts. What is one English word is stemmed, a name of several is not. */
export function splitWord(raw: string): string[] {
  const word = trimSigils(raw);
  if (word.length === 0 || word.length > WORD_MAX) return [];
  const parts = partsOf(word);
  if (parts.length === 0) return [];
  const whole = word.toLowerCase();
  const tokens = whole.length <= TOKEN_MAX ? [parts[0] === whole ? stemOf(whole) : whole] : [];
  const noisy = word.length >= NOISE_MIN_LENGTH && parts.length * NOISE_LETTERS_PER_PART > word.length;
  if (noisy) return tokens;
  for (const part of parts) {
    if (part.length > 1 && part.length <= TOKEN_MAX && part.length < whole.length) tokens.push(stemOf(part));
    const runs = runsOf(part);
    if (runs.length < 2 || runs.length > MAX_RUNS) continue;
    for (const run of runs) if (run.length > 1 && run.length <= TOKEN_MAX) tokens.push(stemOf(run));
  }
  return tokens;
}

/** Names with digits and words of other scripts have no English endings. */
function stemOf(word: string): string {
  for (let index = 0; index < word.length; index++) if (kindAt(word, index) !== LOWER) return word;
  return stemWord(word);
}

/** `$` marks variables in some languages and is no part of their names; inside a word it stays. */
function trimSigils(word: string): string {
  let start = 0;
  let end = word.length;
  while (start < end && word.charCodeAt(start) === 0x24) start++;
  while (end > start && word.charCodeAt(end - 1) === 0x24) end--;
  return start === 0 && end === word.length ? word : word.slice(start, end);
}

/** In lower case, without separators: `HTTPServer_v2` → http, server, v2. */
function partsOf(word: string): string[] {
  const parts: string[] = [];
  let start = 0;
  for (let index = 0; index <= word.length; index++) {
    const kind = kindAt(word, index);
    const cut = kind === SEPARATOR || (kind === UPPER && index > start && beginsPart(word, index));
    if (!cut) continue;
    if (index > start) parts.push(word.slice(start, index).toLowerCase());
    start = kind === SEPARATOR ? index + 1 : index;
  }
  return parts;
}

/** An upper-case letter begins a part after anything else, and before a lower-case letter: HTTP|Server. */
function beginsPart(word: string, index: number): boolean {
  return kindAt(word, index - 1) !== UPPER || kindAt(word, index + 1) === LOWER;
}

/** Runs of letters and of digits: sha256sum → sha, 256, sum. */
function runsOf(part: string): string[] {
  const runs: string[] = [];
  let start = 0;
  for (let index = 1; index <= part.length; index++) {
    if (index < part.length && (kindAt(part, index) === DIGIT) === (kindAt(part, index - 1) === DIGIT)) continue;
    runs.push(part.slice(start, index));
    start = index;
  }
  return runs;
}

function kindAt(word: string, index: number): number {
  const code = index < 0 || index >= word.length ? 0 : word.charCodeAt(index);
  return code < 128 ? (kinds[code] as number) : SEPARATOR;
}

const kinds = Uint8Array.from({ length: 128 }, (_, code) => {
  if (code >= 0x61 && code <= 0x7a) return LOWER;
  if (code >= 0x41 && code <= 0x5a) return UPPER;
  return code >= 0x30 && code <= 0x39 ? DIGIT : SEPARATOR;
});
