/** One piece of a pattern for one segment of a path. */
export type Token =
  | { readonly kind: 'literal'; readonly point: number }
  | { readonly kind: 'any' }
  | { readonly kind: 'star' }
  | CharacterClass;

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

const codePoint = (character: string): number => character.codePointAt(0) as number;

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

/**
 * Reads `*`, `?`, `[a-z]`, `[!a]`, `[[:alpha:]]` and `\` escapes, the rules of git's wildmatch.
 * @param pattern without `/`
 * @returns null for a `[` without its `]`, and for a `\` at the end
 */
export function tokenise(pattern: string): Token[] | null {
  const points = Array.from(pattern, codePoint);
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
