import type { TextRequirement } from '../store/index.ts';
import { tokenize } from '../tokenize/index.ts';

export interface QuerySyntax {
  /** Two words and more in double quotes: a place must hold them. One word is quoted for any reason, and stays a word. */
  phrases: readonly Phrase[];
  /** Beginnings of words, of `serializ*`. */
  prefixes: readonly string[];
  /** Tokens of words that begin so and are shorter in the index. */
  stems: readonly string[];
}

export interface Phrase extends TextRequirement {
  /** As it was written. */
  words: string;
}

/** More of either is no question any more; each costs a look at every candidate. */
const MAX_PHRASES = 4;
const MAX_PREFIXES = 8;

const quoted = /"([^"]{2,300})"|“([^“”]{2,300})”/gu;
/** Alone between white space, so that globs (`src/**`), pointers and `*args` are none. */
const starred = /(?<![^\s("“])([\p{L}\p{N}_$]{3,64})\*(?![^\s)"”?.,])/gu;

/** The marks of a query that are more than words. Everything else is taken as it is, whatever characters it has. */
export function readSyntax(query: string): QuerySyntax {
  const phrases = [...query.matchAll(quoted)].map(([, straight, curved]) => phraseOf(straight ?? curved ?? ''));
  const prefixes = [...new Set([...query.matchAll(starred)].map(([, word = '']) => normal(word)))].slice(0, MAX_PREFIXES);
  return {
    phrases: phrases.filter(({ words }) => wordCount(words) > 1).slice(0, MAX_PHRASES),
    prefixes,
    stems: [...new Set(prefixes.flatMap(stemsOf))],
  };
}

function phraseOf(words: string): Phrase {
  const wanted = normal(words).trim();
  return { words: words.trim(), terms: [...new Set(tokenize(words))], holds: (text) => holdsWords(normal(text), wanted) };
}

/** Case, width and white space aside: a phrase goes over the ends of lines. */
const normal = (text: string): string => text.normalize('NFKC').toLowerCase().replaceAll(/\s+/g, ' ');

const wordCount = (text: string): number => text.match(/[\p{L}\p{N}_$]+/gu)?.length ?? 0;

const wordCharacter = /[\p{L}\p{N}_$]/u;

/** As whole words: where the phrase begins or ends with one, none may go on there. */
function holdsWords(text: string, wanted: string): boolean {
  const isWord = (character: string | undefined): boolean => character !== undefined && wordCharacter.test(character);
  for (let at = text.indexOf(wanted); at !== -1; at = text.indexOf(wanted, at + 1)) {
    const goesOnBefore = isWord(wanted[0]) && isWord(text[at - 1]);
    const goesOnBehind = isWord(wanted.at(-1)) && isWord(text[at + wanted.length]);
    if (!goesOnBefore && !goesOnBehind) return true;
  }
  return false;
}

const suffixes = ['', 's', 'e', 'ed', 'er', 'ing', 'ion', 'ation', 'ment'];

/**
 * The index holds stems: a word that begins with `serializ` stands there as `serial`, shorter than what was asked for.
 * The stems of likely words are looked for as they are.
 */
const stemsOf = (prefix: string): string[] =>
  [...new Set(suffixes.flatMap((suffix) => tokenize(prefix + suffix).slice(0, 1)))].filter(
    (stem) => stem.length < prefix.length && prefix.startsWith(stem),
  );
