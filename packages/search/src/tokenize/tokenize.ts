import { foldWords } from './fold-words.ts';
import { WordCache } from './word-cache.ts';

/** Identifies the rules below. An index made under another id is tokenised again. */
export const TOKENIZER_ID = 'code-2';

/** Receives tokens in the order of the text. */
export type TokenSink = (token: string) => void;

/** Which ASCII characters belong to words. */
const asciiWordChars = new Uint8Array(128);
for (const char of 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_$') asciiWordChars[char.charCodeAt(0)] = 1;

/**
 * A word that is not all ASCII, from where it begins; ASCII before the first such letter belongs to it. In pieces:
 * normalisation sorts marks, which takes quadratic time on a letter with thousands of them.
 */
const anyWord = /[\p{L}\p{N}_$][\p{L}\p{N}\p{M}_$]{0,1023}/uy;

const cache = new WordCache();

/**
 * Terms of code and prose, the same for documents and queries:
 * - a word is a run of letters, digits, `_` and `$` (leading and trailing `$` are dropped). The whole word comes first,
 *   in lower case: `HTTPServer` → `httpserver`, `__init__` → `__init__`;
 * - then its parts, split at `_`, `$` and changes of case, then letters and digits of a part that has both:
 *   `parse2XmlFile` → `parse2xmlfile parse2 pars xml file`. Parts of one ASCII character are left out;
 * - what is one word of ASCII letters, alone or as a part, is stemmed (`stem-word.ts`): `routers` → `router`,
 *   `parsedFiles` → `parsedfiles pars file`. Worth .015 (NDCG@10 over the development queries, see `eval/`);
 * - at most 64 UTF-16 units per token. A longer word gives its parts only, one over 256 nothing. A word that changes
 *   case or kind too often to be a name (base64, minified, hashes) gives the whole only;
 * - beyond ASCII: NFKC, lower case; runs of Han, kana and hangul give overlapping pairs, as they have no spaces.
 *
 * Tokens hold letters, digits, marks, `_` and inner `$` only: never white space or punctuation. Linear in the text.
 */
export function tokenizeInto(text: string, sink: TokenSink): void {
  const length = text.length;
  let position = 0;
  while (position < length) {
    const code = text.charCodeAt(position);
    if (code < 128 && asciiWordChars[code] === 0) {
      position++;
      continue;
    }
    position = code < 128 ? readWord(text, position, sink) : readUnicode(text, position, position, sink);
  }
}

/** @see tokenizeInto */
export function tokenize(text: string): string[] {
  const tokens: string[] = [];
  tokenizeInto(text, (token) => tokens.push(token));
  return tokens;
}

/** Reads the word that begins at `start` with an ASCII character; returns where to go on. */
function readWord(text: string, start: number, sink: TokenSink): number {
  const length = text.length;
  let hash = 0x811c9dc5;
  let end = start;
  for (; end < length; end++) {
    const code = text.charCodeAt(end);
    if (code >= 128) return readUnicode(text, start, end, sink);
    if (asciiWordChars[code] === 0) break;
    hash = Math.imul(hash ^ code, 0x01000193);
  }
  const tokens = cache.tokensOf(text, start, end, hash);
  for (let index = 0; index < tokens.length; index++) sink(tokens[index] as string);
  return end;
}

/** As `readWord`, where the word may hold other letters: `seen` is the first position that is not ASCII. */
export function readUnicode(text: string, start: number, seen: number, sink: TokenSink): number {
  anyWord.lastIndex = start;
  const word = anyWord.exec(text)?.[0];
  if (word !== undefined && start + word.length > seen) {
    foldWords(word, sink);
    return start + word.length;
  }
  // Not a letter: what stands before it is an ASCII word of its own.
  if (seen > start) for (const token of cache.tokensOfWord(text.slice(start, seen))) sink(token);
  const point = text.codePointAt(seen) as number;
  return seen + (point > 0xffff ? 2 : 1);
}
