import { declaredNames } from '../chunk/index.ts';
import { tokenize } from '../tokenize/index.ts';

/** Words of a question, as far as lines can be judged by them. */
export interface HitQuery {
  /** Terms with their inverse document frequency, > 0. */
  readonly terms: ReadonlyMap<string, number>;
  /** Beginnings of further terms. */
  readonly prefixes: readonly string[];
  /** Names whose declaration is asked for. */
  readonly symbols: readonly string[];
}

export interface HitText {
  /** Lines of one chunk, without line breaks. */
  readonly lines: readonly string[];
  readonly language: string;
  /** Names that the chunk declares. */
  readonly definitions: readonly string[];
}

/** Positions in `lines`, from 0, both inclusive. */
export interface Hit {
  readonly first: number;
  readonly last: number;
}

/** `[line, column, length]`: position of the line from 0, column from 0, both lengths in UTF-16 units. */
export type Highlight = [line: number, column: number, length: number];

/** A terminal shows ten lines of a result. The hit is the best range of at most this many lines. */
const WINDOW_LINES = 10;
/** Of a word that only begins as asked: about that of a word that a third of all chunks have. */
const PREFIX_WEIGHT = 1;
/** A line of minified code can repeat a word thousands of times. */
const MAX_HIGHLIGHTS = 100;

/**
 * The lines of a chunk that answer best: of all windows of ten lines the one whose different words of the question weigh
 * most by inverse document frequency, narrowed to the lines that have these words. Equal windows are ordered by: declares
 * a name that is asked for, declares anything that contains a word of the question, fewer lines, more matches, position.
 * A declaration that is asked for by name is always part of the hit. Without any word of the question in the lines (a
 * match by path) it is the first declaration, or the first line.
 */
export function findHit(text: HitText, query: HitQuery): Hit {
  const matches = text.lines.map((line) => matchedTerms(line, query));
  const declared = text.lines.map((line) =>
    text.definitions.length === 0 ? [] : declaredNames(text.language, line).filter((name) => text.definitions.includes(name)),
  );
  const wanted = new Set(query.symbols.map((symbol) => symbol.toLowerCase()));
  const declaresWanted = declared.map((names) => names.some((name) => wanted.has(name.toLowerCase())));
  const declaresMatch = declared.map((names) => names.some((name) => tokenize(name).some((token) => query.terms.has(token))));
  let best: (Hit & { rank: readonly number[] }) | null = null;
  for (let start = 0; start < text.lines.length; start++) {
    if ((matches[start] as Set<string>).size === 0 && !declaresWanted[start]) continue;
    const seen = new Set<string>();
    let mass = 0;
    let count = 0;
    let wantedIn = 0;
    let declaring = 0;
    for (let end = start; end < Math.min(text.lines.length, start + WINDOW_LINES); end++) {
      const found = matches[end] as Set<string>;
      count += found.size;
      wantedIn ||= declaresWanted[end] === true ? 1 : 0;
      declaring ||= declaresMatch[end] === true ? 1 : 0;
      for (const term of found) {
        if (seen.has(term)) continue;
        seen.add(term);
        mass += query.terms.get(term) ?? PREFIX_WEIGHT;
      }
      if (found.size === 0 && !declaresWanted[end]) continue;
      const rank = [wantedIn, round(mass), declaring, start - end, count / (end - start + 1), -start];
      if (best === null || isGreater(rank, best.rank)) best = { first: start, last: end, rank };
    }
  }
  if (best !== null) return { first: best.first, last: best.last };
  const first = Math.max(
    0,
    declared.findIndex((names) => names.length > 0),
  );
  return { first, last: first };
}

/** Words of the question in the lines, in their order; at most a hundred. */
export function findHighlights(lines: readonly string[], query: HitQuery): Highlight[] {
  const highlights: Highlight[] = [];
  for (const [position, line] of lines.entries()) {
    for (const { word, column } of wordsOf(line)) {
      const term = tokenize(word).find((token) => isAsked(token, query));
      if (term === undefined) continue;
      const [from, length] = partOf(word, term);
      highlights.push([position, column + from, length]);
      if (highlights.length === MAX_HIGHLIGHTS) return highlights;
    }
  }
  return highlights;
}

/** The part of a compound name that the term comes from, `retry` in `maxRetryCount`; the whole word where no part is. */
function partOf(word: string, term: string): [from: number, length: number] {
  for (const part of word.matchAll(partPattern)) if (tokenize(part[0]).includes(term)) return [part.index, part[0].length];
  return [0, word.length];
}

/** Parts as the tokenizer sees them: `HTTPServer_v2` has `HTTP`, `Server` and `v2`. */
const partPattern = /\p{Lu}+(?!\p{Ll})\p{N}*|\p{Lu}?[\p{Ll}\p{Lo}\p{M}]+\p{N}*|\p{N}+/gu;

const wordPattern = /[\p{L}\p{N}_$][\p{L}\p{N}\p{M}_$]*/gu;

function* wordsOf(line: string): Generator<{ word: string; column: number }> {
  for (const match of line.matchAll(wordPattern)) yield { word: match[0], column: match.index };
}

function matchedTerms(line: string, query: HitQuery): Set<string> {
  const found = new Set<string>();
  for (const token of tokenize(line)) if (isAsked(token, query)) found.add(query.terms.has(token) ? token : prefixOf(token, query));
  return found;
}

const isAsked = (token: string, { terms, prefixes }: HitQuery): boolean =>
  terms.has(token) || prefixes.some((prefix) => token.startsWith(prefix));

const prefixOf = (token: string, { prefixes }: HitQuery): string => prefixes.find((prefix) => token.startsWith(prefix)) ?? token;

/** Sums of the same terms in another order differ in their last bits. */
const round = (mass: number): number => Math.round(mass * 1e6) / 1e6;

function isGreater(left: readonly number[], right: readonly number[]): boolean {
  for (const [index, value] of left.entries()) {
    const other = right[index] as number;
    if (value !== other) return value > other;
  }
  return false;
}
