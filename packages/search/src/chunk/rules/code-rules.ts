import { type AsciiSet, firstCharacters } from './first-characters.ts';

/**
 * - `container`: its direct members are found by member rules (class, interface, object, module);
 * - `namespace`: a container whose content may stand at its own indentation;
 * - `group`: declares through its members (`const (` of Go);
 * - `callable`: function, method, macro;
 * - `block`: named, but no declaration (a test case);
 * - `value`: constant, alias.
 */
export type DeclarationKind = 'container' | 'namespace' | 'group' | 'callable' | 'block' | 'value';

/**
 * Where a rule applies: `any`where, at the `top` of the file or of a namespace, to a direct `member` of a container,
 * in either of these (`outer`: anywhere but inside functions), or to a direct member of a group (`grouped`).
 */
export type RuleScope = 'any' | 'top' | 'member' | 'outer' | 'grouped';

export interface Found {
  /** Part of the symbol path; may be empty. */
  readonly label: string;
  /** Names that are defined here. */
  readonly names: readonly string[];
}

export interface DeclarationRule {
  readonly kind: DeclarationKind;
  readonly scope: RuleScope;
  /** ASCII characters that a line it matches can begin with; null: any. */
  readonly firsts: AsciiSet | null;
  /** Looks at the line whose body begins at `at` and that ends at `end`; linear in the line. */
  match(text: string, at: number, end: number): Found | null;
}

/** How the lines of a language are read. */
export interface CodeRules {
  /** The first that matches counts. */
  readonly declarations: readonly DeclarationRule[];
  /** What a line comment begins with. */
  readonly lineComments: readonly string[];
  /** Recognised where a line begins with it. */
  readonly blockComment?: readonly [open: string, close: string];
  /** Quotes of strings over many lines; code-like lines inside them declare nothing. */
  readonly longQuotes?: readonly string[];
  /** What an attribute or decorator begins with; it belongs to the declaration below. */
  readonly attributes?: readonly string[];
  /** A line that is only the beginning of the declaration below: a return type. */
  readonly prefixLine?: RegExp;
  /**
   * `brace`: `}` ends a block that `{` began. `end`: so does the word. `indent`: a line that stands no deeper ends it.
   * `open`: nothing but the next declaration does.
   */
  readonly blocks: 'brace' | 'end' | 'indent' | 'open';
  /** Another word that ends a block: `@end`. */
  readonly endWord?: string;
  /** A name after the closing brace, group `n`: `} point_t;`. */
  readonly trailingName?: RegExp;
  /** The direct members of a value that opens a brace are declarations: methods of an object literal. */
  readonly objectMembers?: boolean;
  /** Lines that begin with `#` are for the preprocessor and say nothing about nesting. */
  readonly preprocessor?: boolean;
  /** A declaration of the same name right after is another clause of it. */
  readonly clauses?: boolean;
}

type Groups = Readonly<Record<string, string | undefined>>;

interface RuleOptions {
  readonly scope?: RuleScope;
  /** The section's label, when it is not owner and name. */
  readonly label?: (groups: Groups) => string;
  /** It opens something that is defined elsewhere (`impl`, `extension`), or nothing (a test case). */
  readonly definesNothing?: boolean;
  /** Case is ignored. */
  readonly anyCase?: boolean;
}

const IDENTIFIER = String.raw`[A-Za-z_$\u0080-\uffff][\w$\u0080-\uffff]*`;

/** Statements that look like a call with a type before it. */
export const notNames = new Set([
  'if',
  'for',
  'while',
  'switch',
  'return',
  'else',
  'do',
  'sizeof',
  'await',
  'throw',
  'foreach',
  'elsif',
  'elif',
]);

/**
 * A sticky pattern for the body of a line. In `source` a space stands for 1 to 40 blanks, ` ?` for 0 to 40, `ID` for
 * an identifier; `$` is the end of the line. Quantifiers must not be ambiguous, and those over `[^\n]` must be bounded:
 * patterns meet hostile lines.
 */
export function pattern(source: string, anyCase = false): RegExp {
  const expanded = source
    .replaceAll(' ?', String.raw`[ \t]{0,40}`)
    .replaceAll(/ (?![\\]t)/g, String.raw`[ \t]{1,40}`)
    .replaceAll(/\bID\b/g, () => IDENTIFIER)
    .replaceAll('[^\\n', '[^\\r\\n');
  return new RegExp(expanded, anyCase ? 'imy' : 'my');
}

/** A rule by a pattern with the groups `n` (name) and `o` (owner, put before the name in the path). */
export function rule(kind: DeclarationKind, source: string, options: RuleOptions = {}): DeclarationRule {
  const sticky = pattern(source, options.anyCase);
  let firsts: AsciiSet | null | undefined;
  return {
    kind,
    scope: options.scope ?? 'any',
    // Not before somebody asks: there are hundreds of rules, each thread has them all, and a project has few languages.
    get firsts() {
      if (firsts === undefined) firsts = firstCharacters(sticky);
      return firsts;
    },
    match(text, at) {
      sticky.lastIndex = at;
      const match = sticky.exec(text);
      if (match === null) return null;
      const groups: Groups = match.groups ?? {};
      const name = lastPart(groups['n'] ?? '');
      if (notNames.has(name)) return null;
      const owner = groups['o'];
      const label = options.label?.(groups) ?? (owner === undefined || owner === '' ? (groups['n'] ?? '') : `${owner}.${name}`);
      return { label: label.trim(), names: name === '' || options.definesNothing === true ? [] : [name] };
    },
  };
}

/** Of a qualified name: `Foo::Bar` → Bar. */
function lastPart(name: string): string {
  const cut = Math.max(name.lastIndexOf('::'), name.lastIndexOf('.'), name.lastIndexOf('\\'));
  return cut < 0 || cut >= name.length - 2 ? name : name.slice(cut).replace(/^[:.\\]+/, '');
}
