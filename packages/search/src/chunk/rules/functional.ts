import { type CodeRules, rule } from './code-rules.ts';

const KEYWORDS =
  '(?!(?:import|module|where|infix[lr]?|deriving|foreign|type|data|newtype|class|instance|if|then|else|case|of|let|in|do|port|open|exposing)\\b)';
const NAME = String.raw`[a-z_][\w']*`;
const CONTEXT = String.raw`(?:[^\n=]{1,150}=> ?)?`;

/** Haskell and PureScript: what begins at the margin is a declaration; a signature and its equations are one. */
export const haskell: CodeRules = {
  lineComments: ['--'],
  blockComment: ['{-', '-}'],
  declarations: [
    rule('namespace', String.raw`module (?<n>[A-Z][\w.']*)`),
    rule('container', `class ${CONTEXT}(?<n>[A-Z][\\w']*)`),
    rule('container', String.raw`(?:deriving )?(?:anyclass |stock |newtype |via )?instance (?<n>[^\n]{1,200})`, {
      definesNothing: true,
      label: (groups) => `instance ${instanceHead(groups['n'] ?? '')}`,
    }),
    rule('container', `(?:data|newtype)(?: family| instance)? ${CONTEXT}(?<n>[A-Z][\\w']*)`),
    rule('value', `(?:type(?: family| instance| synonym)?|pattern) (?<n>[A-Z][\\w']*)`),
    rule('callable', `foreign import [^\\n:]{0,100}?(?<n>${NAME}) ?::`),
    rule('callable', `${KEYWORDS}(?<n>${NAME})(?: ?, ?${NAME}){0,6} ?(?:::|\\u2237)`, { scope: 'outer' }),
    rule('callable', String.raw`\((?<n>[^\w\s(),]{1,8})\) ?::`, { scope: 'outer' }),
    rule('callable', `${KEYWORDS}(?<n>${NAME})(?: [^\\n=|]{1,200})?(?=\\r?\\n[ \\t]+\\|)`, { scope: 'outer' }),
    // An argument follows the name, not an operator: `a <+> b = …` defines `<+>`.
    rule('callable', `${KEYWORDS}(?<n>${NAME})(?: [\\w(\\['"~!@_][^\\n=|]{0,200}| ?)(?:=(?!=)|\\|(?!\\|))`, { scope: 'outer' }),
  ],
  blocks: 'indent',
  clauses: true,
};

/** `(Show a) => Show (Tree a) where` → Show (Tree a) */
function instanceHead(head: string): string {
  const context = head.indexOf('=>');
  return head
    .slice(context < 0 ? 0 : context + 2)
    .replace(/\bwhere\b.*$/, '')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

export const elm: CodeRules = {
  lineComments: ['--'],
  blockComment: ['{-', '-}'],
  declarations: [
    rule('namespace', String.raw`(?:port |effect )?module (?<n>[A-Z][\w.]*)`),
    rule('container', String.raw`type (?:alias )?(?<n>[A-Z]\w*)`),
    rule('callable', `port (?<n>${NAME}) ?:`),
    rule('callable', `${KEYWORDS}(?<n>${NAME})(?: [\\w({_][^\\n=:]{0,200}| ?)(?::(?!:)|=(?!=))`, { scope: 'top' }),
  ],
  blocks: 'indent',
  clauses: true,
};

const OCAML_NAME = String.raw`(?<n>[a-z_][\w']*|\( ?[^\w\s()]{1,8} ?\))`;

export const ocaml: CodeRules = {
  lineComments: [],
  blockComment: ['(*', '*)'],
  declarations: [
    rule('callable', String.raw`(?:let|and)(?:%\w{1,20})? (?:rec |nonrec )?${OCAML_NAME}`, { scope: 'outer' }),
    rule('container', `module (?:type |rec )?(?<n>[A-Z][\\w']*)`),
    rule('value', String.raw`type (?:nonrec )?(?:'\w{1,20} |[+-]?'\w{1,20} |\([^\n)]{1,80}\) )?(?<n>[a-z_][\w']*)`),
    rule('callable', String.raw`(?:val|external) (?:mutable )?${OCAML_NAME}`),
    rule('value', `exception (?<n>[A-Z][\\w']*)`),
    rule('container', String.raw`class (?:virtual )?(?:type )?(?:\[[^\n\]]{1,60}\] )?(?<n>[a-z_]\w*)`),
    rule('callable', String.raw`method!? (?:private |virtual )*(?<n>[a-z_][\w']*)`),
  ],
  attributes: ['[@@'],
  blocks: 'end',
};

/** ReasonML and ReScript. */
export const reason: CodeRules = {
  lineComments: ['//'],
  blockComment: ['/*', '*/'],
  declarations: [
    rule('callable', '(?:export )?(?:let|and) (?:rec )?(?<n>[a-z_]\\w*)', { scope: 'outer' }),
    rule('container', 'module (?:type )?(?<n>[A-Z]\\w*)'),
    rule('value', '(?:type|exception|external) (?:rec )?(?<n>ID)'),
  ],
  attributes: ['@', '[@'],
  blocks: 'brace',
};

export const fsharp: CodeRules = {
  lineComments: ['//'],
  blockComment: ['(*', '*)'],
  declarations: [
    rule('namespace', String.raw`(?:namespace|module) (?:rec |internal |private |public )*(?<n>[\w.]+)(?![\w.]| ?=)`),
    rule('container', String.raw`module (?:internal |private |public )?(?<n>\w+) ?=`),
    rule('container', String.raw`(?:type|and) (?:internal |private |public )?(?<n>[A-Z]\w*)`),
    rule(
      'callable',
      String.raw`(?:static |abstract )?(?:member|override|default|abstract)(?: inline| private| internal| val)* (?:\w+\.)?(?<n>\w+)`,
    ),
    rule('callable', String.raw`let (?:rec |inline |mutable |private |internal )*(?<n>[A-Za-z_][\w']*|\([^\n)]{1,12}\))`, {
      scope: 'outer',
    }),
  ],
  attributes: ['[<'],
  longQuotes: ['"""'],
  blocks: 'indent',
};

export const erlang: CodeRules = {
  lineComments: ['%'],
  declarations: [
    rule('value', String.raw`-(?:record|define|macro)\( ?(?<n>\w+)`),
    rule('callable', String.raw`-(?:spec|callback) (?<n>[a-z]\w*)`),
    rule('value', String.raw`-(?:type|opaque|nominal) (?<n>[a-z]\w*)`),
    rule('namespace', String.raw`-module\( ?(?<n>\w+)`),
    rule('callable', String.raw`(?<n>[a-z]\w*|'[^'\n]{1,60}')\(`, { scope: 'top' }),
  ],
  blocks: 'indent',
  clauses: true,
};

export const prolog: CodeRules = {
  lineComments: ['%'],
  blockComment: ['/*', '*/'],
  declarations: [rule('callable', String.raw`(?<n>[a-z]\w*)(?:\(| ?:-| ?-->)`, { scope: 'top' })],
  blocks: 'indent',
  clauses: true,
};

const SYMBOL = String.raw`(?<n>[^\s()\[\]{}"',;]{1,100})`;

export const clojure: CodeRules = {
  lineComments: [';'],
  declarations: [
    rule('container', String.raw`\((?:defprotocol|defrecord|deftype|definterface) (?:\^\S{1,60} )*${SYMBOL}`),
    rule('value', String.raw`\(ns (?:\^\S{1,60} )*${SYMBOL}`),
    rule('block', String.raw`\((?:deftest|testing|describe) "?${SYMBOL}`, { definesNothing: true }),
    rule('callable', String.raw`\((?:[\w.]{1,40}/)?def[\w-]{0,30}\*? (?:\^(?:\S{1,60}|\{[^\n}]{0,80}\}) )*${SYMBOL}`),
  ],
  blocks: 'indent',
};

/** Common Lisp, Emacs Lisp, Scheme, Racket. */
export const lisp: CodeRules = {
  lineComments: [';'],
  blockComment: ['#|', '|#'],
  declarations: [
    rule('callable', String.raw`\((?:cl-)?(?:def|define)[\w*:-]{0,40} \(?\(?(?:setf )?'?${SYMBOL}`),
    rule('container', String.raw`\((?:module|library|struct) \(?${SYMBOL}`),
  ],
  blocks: 'indent',
};

/** Lean, Agda, Coq, TLA+. */
export const proof: CodeRules = {
  lineComments: ['--', '\\*'],
  blockComment: ['(*', '*)'],
  declarations: [
    rule(
      'callable',
      String.raw`(?:(?:private|protected|noncomputable|partial|unsafe|Local|Global|Program|#\[[^\n\]]{1,40}\]|@\[[^\n\]]{1,60}\]) )*(?:theorem|lemma|def|abbrev|axiom|opaque|example|Theorem|Lemma|Definition|Fixpoint|CoFixpoint|Example|Corollary|Proposition|Remark|Fact|Axiom|Ltac|Notation|postulate) (?<n>[^\s:({\[]{1,100})`,
    ),
    rule(
      'container',
      String.raw`(?:inductive|structure|class|instance|Inductive|CoInductive|Record|Structure|Class|Instance|data|record) (?<n>[^\s:({\[]{1,100})`,
    ),
    rule('namespace', String.raw`(?:namespace|section|Module|Section|module) (?<n>[\w.']+)`),
    rule('callable', String.raw`(?<n>[A-Za-z]\w*)(?:\([^\n)]{0,80}\))? ?==`, { scope: 'top' }),
  ],
  blocks: 'open',
};
