import { tokenise, type Token } from '@agent-brain/contract/globs';

/** Matches one segment of a path: no `/` in pattern or text. */
export interface Wildcard {
  /** The text itself where the pattern has no special character. */
  readonly literal: string | null;
  matches(text: string): boolean;
}

const never: Wildcard = { literal: null, matches: () => false };

/**
 * Compiles `*`, `?`, `[a-z]`, `[!a]`, `[[:alpha:]]` and `\` escapes, the rules of git's wildmatch.
 * A pattern with an unclosed `[` or a `\` at its end matches nothing, as in git.
 * Matching takes O(pattern × text) steps at the most, whatever the pattern: no regular expressions,
 * because patterns come from the repository and from requests.
 */
export function compileWildcard(pattern: string): Wildcard {
  const tokens = tokenise(pattern);
  if (tokens === null) return never;
  if (tokens.every((token) => token.kind === 'literal')) {
    const literal = textOf(tokens);
    return { literal, matches: (text) => text === literal };
  }
  const [first, ...rest] = tokens;
  if (first?.kind === 'star' && rest.every((token) => token.kind === 'literal')) {
    const tail = textOf(rest);
    return { literal: null, matches: (text) => text.endsWith(tail) };
  }
  const shortest = tokens.filter((token) => token.kind !== 'star').length;
  return { literal: null, matches: (text) => text.length >= shortest && matchTokens(tokens, text) };
}

const textOf = (tokens: readonly Token[]): string =>
  tokens.map((token) => (token.kind === 'literal' ? String.fromCodePoint(token.point) : '')).join('');

/** Greedy with one point of return: the last star is the only one that ever needs to give way. */
function matchTokens(tokens: readonly Token[], text: string): boolean {
  let token = 0;
  let at = 0;
  let starToken = -1;
  let starAt = 0;
  while (at < text.length) {
    const current = tokens[token];
    const point = text.codePointAt(at) as number;
    if (current?.kind === 'star') {
      starToken = token;
      starAt = at;
      token += 1;
    } else if (current !== undefined && matchOne(current, point)) {
      token += 1;
      at += unitsOf(point);
    } else if (starToken >= 0) {
      token = starToken + 1;
      starAt += unitsOf(text.codePointAt(starAt) as number);
      at = starAt;
    } else {
      return false;
    }
  }
  while (tokens[token]?.kind === 'star') token += 1;
  return token === tokens.length;
}

const unitsOf = (point: number): number => (point > 0xffff ? 2 : 1);

function matchOne(token: Token, point: number): boolean {
  if (token.kind === 'literal') return token.point === point;
  if (token.kind === 'class') return token.ranges.some(([first, last]) => point >= first && point <= last) !== token.negated;
  return token.kind === 'any';
}
