/** ASCII characters, by their code: 1 for those in the set. */
export type AsciiSet = Uint8Array;

const ASCII = 128;

interface Begin {
  /** What may stand first. */
  readonly set: AsciiSet;
  /** It may match without taking a character, so that what follows may stand first, too. */
  readonly isEmpty: boolean;
}

const noBegin: Begin = { set: new Uint8Array(ASCII), isEmpty: true };

/**
 * With which ASCII characters a match of the pattern can begin; a character beyond ASCII may always begin one. Never too
 * few: conditions (`\b`, `(?=…)`, `(?!…)`) are passed over. null when every character may, when a match may be empty, and
 * for syntax that the patterns of this folder do not have.
 */
export function firstCharacters({ source, ignoreCase, unicode }: RegExp): AsciiSet | null {
  // With it, letters beyond ASCII may be the other case of ASCII ones.
  if (unicode) return null;
  const reader = new PatternReader(source);
  let begin: Begin;
  try {
    begin = reader.alternatives();
  } catch (error) {
    if (error instanceof UnknownSyntax) return null;
    throw error;
  }
  if (begin.isEmpty || !reader.isAtEnd) return null;
  return ignoreCase ? inBothCases(begin.set) : begin.set;
}

class UnknownSyntax extends Error {}

/** Reads the source of a regular expression, as far as it says what stands first. */
class PatternReader {
  readonly #source: string;
  #at = 0;

  constructor(source: string) {
    this.#source = source;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#source.length;
  }

  alternatives(): Begin {
    const set = new Uint8Array(ASCII);
    let isEmpty = false;
    do {
      const begin = this.#sequence();
      addTo(set, begin.set);
      isEmpty ||= begin.isEmpty;
    } while (this.#take('|'));
    return { set, isEmpty };
  }

  #sequence(): Begin {
    const set = new Uint8Array(ASCII);
    let isEmpty = true;
    while (!this.isAtEnd && !this.#isAt('|') && !this.#isAt(')')) {
      const begin = this.#term();
      if (isEmpty) addTo(set, begin.set);
      isEmpty &&= begin.isEmpty;
    }
    return { set, isEmpty };
  }

  #term(): Begin {
    const begin = this.#atom();
    const quantifier = /[*+?]\??|\{(\d+)(?:,\d*)?\}\??/y;
    quantifier.lastIndex = this.#at;
    const found = quantifier.exec(this.#source);
    if (found === null) return begin;
    this.#at = quantifier.lastIndex;
    const mayBeNone = found[1] === undefined ? found[0].startsWith('*') || found[0].startsWith('?') : Number(found[1]) === 0;
    return { set: begin.set, isEmpty: begin.isEmpty || mayBeNone };
  }

  #atom(): Begin {
    const char = this.#source.charAt(this.#at);
    if (char === '(') return this.#group();
    if (char === '[') return { set: this.#characterClass(), isEmpty: false };
    this.#at += 1;
    if (char === '^' || char === '$') return noBegin;
    if (char === '.') return { set: new Uint8Array(ASCII).fill(1), isEmpty: false };
    if (char !== '\\') return { set: setOf(char), isEmpty: false };
    if (/[bB]/.test(this.#source.charAt(this.#at))) {
      this.#at += 1;
      return noBegin;
    }
    return { set: this.#escape(), isEmpty: false };
  }

  #group(): Begin {
    const opening = /\((?:\?(?::|<\w+>|[=!]|<[=!]))?/y;
    opening.lastIndex = this.#at;
    const mark = opening.exec(this.#source)?.[0] ?? '';
    this.#at = opening.lastIndex;
    const begin = this.alternatives();
    if (!this.#take(')')) throw new UnknownSyntax('an open group');
    return /[=!]$/.test(mark) ? noBegin : begin;
  }

  #characterClass(): AsciiSet {
    this.#at += 1;
    const isNegated = this.#take('^');
    const set = new Uint8Array(ASCII);
    while (!this.#take(']')) {
      if (this.isAtEnd) throw new UnknownSyntax('an open class');
      const low = this.#classMember();
      if (!this.#isAt('-') || this.#source.charAt(this.#at + 1) === ']') {
        addTo(set, low);
        continue;
      }
      this.#at += 1;
      fillRange(set, low, this.#classMember());
    }
    return isNegated ? set.map((value) => 1 - value) : set;
  }

  #classMember(): AsciiSet {
    const char = this.#source.charAt(this.#at);
    this.#at += 1;
    return char === '\\' ? this.#escape() : setOf(char);
  }

  /** Behind the backslash. */
  #escape(): AsciiSet {
    const escape = /u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|[dDwWsStnrfv]|[^\w\s]/y;
    escape.lastIndex = this.#at;
    const found = escape.exec(this.#source);
    if (found === null) throw new UnknownSyntax(`\\${this.#source.charAt(this.#at)}`);
    this.#at = escape.lastIndex;
    const code = found[1] ?? found[2];
    if (code !== undefined) return setOf(String.fromCharCode(Number.parseInt(code, 16)));
    const isClass = /[a-zA-Z]/.test(found[0]);
    if (!isClass) return setOf(found[0]);
    const pattern = new RegExp(`\\${found[0]}`);
    return setWhere((char) => pattern.test(char));
  }

  #isAt(char: string): boolean {
    return this.#source.charAt(this.#at) === char;
  }

  #take(char: string): boolean {
    if (!this.#isAt(char)) return false;
    this.#at += 1;
    return true;
  }
}

const setWhere = (holds: (char: string) => boolean): AsciiSet =>
  Uint8Array.from({ length: ASCII }, (_, code) => Number(holds(String.fromCharCode(code))));

function setOf(char: string): AsciiSet {
  const set = new Uint8Array(ASCII);
  if (char.length === 1 && char.charCodeAt(0) < ASCII) set[char.charCodeAt(0)] = 1;
  return set;
}

function addTo(set: AsciiSet, more: AsciiSet): void {
  for (let code = 0; code < ASCII; code++) if (more[code] === 1) set[code] = 1;
}

/** A border beyond ASCII is an empty set. */
function fillRange(set: AsciiSet, low: AsciiSet, high: AsciiSet): void {
  const first = low.indexOf(1);
  const last = high.indexOf(1);
  if (first >= 0) set.fill(1, first, last < 0 ? ASCII : last + 1);
}

const inBothCases = (set: AsciiSet): AsciiSet =>
  setWhere((char) => [char, char.toLowerCase(), char.toUpperCase()].some((form) => set[form.charCodeAt(0)] === 1));
