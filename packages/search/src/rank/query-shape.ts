import { stopWords } from '../lexical/index.ts';
import { tokenize } from '../tokenize/index.ts';

export interface QueryShape {
  /** The whole query is one name of code: `parseUrl`, `http::Client`, `_private`. */
  isSymbol: boolean;
  /** Names of code in the query, case kept, without their qualifiers. */
  symbols: readonly string[];
  /** Lower-case words that carry meaning, without duplicates: longer than two characters, no stop words. */
  keywords: readonly string[];
  /** What rank rules otherwise push down. */
  asksFor: { tests: boolean; examples: boolean; legacy: boolean; documents: boolean; settings: boolean };
}

/** Between the parts of a qualified name: `a::b`, `a.b`, `a->b`, `a\b`, `a#b`. */
const qualifiers = /::|->|[.\\#/]/;

const identifier = /^[\p{L}_$][\p{L}\p{N}_$]*[!?]?$/u;

/** Has a shape that words of prose have not: an inner capital, an underscore, a digit inside or a leading `_` or `$`. */
const isCodeShaped = (name: string): boolean =>
  identifier.test(name) && (/[\p{Ll}\p{N}]\p{Lu}|\p{Lu}{2,}\p{Ll}|_|^\$/u.test(name) || /\p{L}\p{N}+\p{L}/u.test(name));

/** What a query asks for, told from its words alone. */
export function describeQuery(query: string): QueryShape {
  const words = query
    .trim()
    .split(/\s+/)
    .map(bareWord)
    .filter((word) => word !== '');
  const only = words.length === 1 ? (words[0] as string) : undefined;
  const isSymbol = only !== undefined && isName(only);
  const symbols = isSymbol ? [lastPart(only)] : words.filter(isEmbeddedName).map(lastPart);
  const lower = words.map((word) => word.toLowerCase());
  const says = (pattern: RegExp) => lower.some((word) => pattern.test(word));
  return {
    isSymbol,
    symbols: [...new Set(symbols)],
    keywords: [...new Set(tokenize(query).filter((token) => token.length > 2 && !stopWords.has(token)))],
    asksFor: {
      tests:
        says(/^(tests?|testing|tested|specs?|unittests?|fixtures?|mocks?|mocking|assertions?|asserts?)$/) ||
        (isSymbol && /^test|tests?$|spec$/i.test(only)),
      documents: says(
        /^(docs?|documents?|documentation|readme|guides?|manual|tutorials?|install|installation|installing|changelog|contributing|faq|licen[cs]e|release|notes)$/,
      ),
      settings: says(/^(configs?|configuration|configured|settings?|json|ya?ml|toml|xml|ini|manifest|dependenc(y|ies)|workflows?|ci)$/),
      examples: says(/^(examples?|samples?|demos?|tutorials?|snippets?)$/),
      legacy: says(/^(legacy|compat|compatibility|deprecated|deprecation|backwards?|shims?|polyfills?)$/),
    },
  };
}

/** A lone lower-case word is prose; a lone capitalised word is the name of a type. */
const isName = (word: string): boolean => {
  const parts = word.split(qualifiers).filter((part) => part !== '');
  if (parts.length > 1) return parts.every((part) => identifier.test(part));
  return word.length > 1 && identifier.test(word) && (isCodeShaped(word) || /^\p{Lu}/u.test(word) || word.startsWith('_'));
};

/** Inside a sentence a leading capital says nothing, and a dot may end it. */
const isEmbeddedName = (word: string): boolean => {
  const parts = word.split(qualifiers).filter((part) => part !== '');
  return parts.length > 1 ? word.includes('::') || parts.some(isCodeShaped) : isCodeShaped(word);
};

const lastPart = (word: string): string =>
  word
    .split(qualifiers)
    .filter((part) => part !== '')
    .at(-1) ?? word;

/** Without the quotes, brackets and marks of the sentence around it. */
const bareWord = (word: string): string =>
  word
    .replace(/\(.*$/s, '')
    .replace(/^[^\p{L}\p{N}_$\\]+|[^\p{L}\p{N}_$!?]+$/gu, '')
    .replace(/[!?]+$/, '');
