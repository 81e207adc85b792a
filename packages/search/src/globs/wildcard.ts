/** Matches one segment of a path: no `/` in pattern or text. */
export interface Wildcard {
  /** The text itself where the pattern has no special character. */
  readonly literal: string | null;
  matches(text: string): boolean;
}

type Token = { readonly kind: 'literal'; readonly point: number } | { readonly kind: 'any' } | { readonly kind: 'star' } | CharacterClass;

interface CharacterClass {
  readonly kind: 'class';
  readonly negated: boolean;
  /** Inclusive pairs of code points. */
  readonly ranges: readonly (readonly [number, number])[];
}

const posixClasses: Record<string, readonly (readonly [number, number])[]> = {
  alnum: [
    [48, 57],
    [65, 90],
    [97, 122],
  ],
  alpha: [
    [65, 90],
    [97, 122],
  ],
  blank: [
    [32, 32],
    [9, 9],
  ],
  cntrl: [
    [0, 31],
    [127, 127],
  ],
  digit: [[48, 57]],
  graph: [[33, 126]],
  lower: [[97, 122]],
  print: [[32, 126]],
  punct: [
    [33, 47],
    [58, 64],
    [91, 96],
    [123, 126],
  ],
  space: [
    [32, 32],
    [9, 13],
  ],
  upper: [[65, 90]],
  xdigit: [
    [48, 57],
    [65, 70],
    [97, 102],
  ],
};

const never: Wildcard = { literal: null, matches: () => false };

/**
 * Compiles `*`, `?`, `[a-z]`, `[!a]`, `[[:alpha:]]` and `\` escapes, the rules of git's wildmatch.
 * A pattern with an unclosed `[` or a `\` at its end matches nothing, as in git.
 * Matching takes O(pattern × text) steps at the most, whatever the pattern: no regular expressions,
 * because patterns come from the repository and from requests.
 */
export function compileWildcard(pattern: string): Wildcard {
  const tokens = tokenise(Array.from(pattern, codePoint));
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

const codePoint = (character: string): number => character.codePointAt(0) as number;
const textOf = (tokens: readonly Token[]): string =>
  tokens.map((token) => (token.kind === 'literal' ? String.fromCodePoint(token.point) : '')).join('');

const [BACKSLASH, STAR, QUESTION, OPEN, CLOSE, BANG, CARET, DASH, COLON] = Array.from('\\*?[]!^-:', codePoint) as [
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
];

function tokenise(points: readonly number[]): Token[] | null {
  const tokens: Token[] = [];
  for (let at = 0; at < points.length; at += 1) {
    const point = points[at] as number;
    if (point === STAR) {
      if (tokens.at(-1)?.kind !== 'star') tokens.push({ kind: 'star' });
    } else if (point === QUESTION) {
      tokens.push({ kind: 'any' });
    } else if (point === BACKSLASH) {
      at += 1;
      const escaped = points[at];
      if (escaped === undefined) return null;
      tokens.push({ kind: 'literal', point: escaped });
    } else if (point === OPEN) {
      const parsed = readClass(points, at + 1);
      if (parsed === null) return null;
      tokens.push(parsed.token);
      at = parsed.end;
    } else {
      tokens.push({ kind: 'literal', point });
    }
  }
  return tokens;
}

/** Reads a class from behind its `[`; `end` is the place of its `]`. */
function readClass(points: readonly number[], start: number): { token: CharacterClass; end: number } | null {
  let at = start;
  const negated = points[at] === BANG || points[at] === CARET;
  if (negated) at += 1;
  const ranges: (readonly [number, number])[] = [];
  for (let isFirst = true; ; isFirst = false) {
    let point = points[at];
    if (point === undefined) return null;
    if (point === CLOSE && !isFirst) return { token: { kind: 'class', negated, ranges }, end: at };
    if (point === OPEN && points[at + 1] === COLON) {
      const named = readPosixClass(points, at + 2);
      if (named !== null) {
        ranges.push(...named.ranges);
        at = named.next;
        continue;
      }
    }
    if (point === BACKSLASH) point = points[(at += 1)];
    if (point === undefined) return null;
    at += 1;
    let last = point;
    if (points[at] === DASH && points[at + 1] !== undefined && points[at + 1] !== CLOSE) {
      at += 1;
      if (points[at] === BACKSLASH) at += 1;
      const end = points[at];
      if (end === undefined) return null;
      last = end;
      at += 1;
    }
    ranges.push([point, last]);
  }
}

function readPosixClass(points: readonly number[], start: number): { ranges: readonly (readonly [number, number])[]; next: number } | null {
  let end = start;
  while (end < points.length && end - start < 8 && points[end] !== COLON) end += 1;
  if (points[end] !== COLON || points[end + 1] !== CLOSE) return null;
  const ranges = posixClasses[String.fromCodePoint(...points.slice(start, end))];
  return ranges === undefined ? null : { ranges, next: end + 2 };
}

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
