import { type DeclarationRule, type Found, notNames, type RuleScope } from './code-rules.ts';

export interface SignatureOptions {
  readonly scope: RuleScope;
  /** Only with a body: prototypes declare, they do not define. */
  readonly needsBody: boolean;
  /** Without a type before the name: constructors, or C with the type on the line above. */
  readonly untyped: boolean;
}

/** How much of a line stands before the parameters, and how much is looked at for a body. */
const HEAD_MAX = 300;
const PARAMETERS_MAX = 800;
const AFTER_MAX = 300;
const NESTED_MAX = 4;
/** `operator` and the longest sign. */
const OPERATOR_MAX = 12;

const notFirst = new Set([
  'return',
  'throw',
  'throws',
  'new',
  'else',
  'case',
  'goto',
  'delete',
  'using',
  'typedef',
  'await',
  'yield',
  'assert',
  'import',
  'package',
  'extends',
  'implements',
  'co_return',
  'co_await',
  'co_yield',
  'in',
  'is',
  'and',
  'or',
  'not',
  'where',
]);
const attributes = /(?:@[\w.]{1,100}(?:\([^\n()]{0,200}\))?[ \t]*|\[[^\n\]]{1,200}\][ \t]*)*/y;

/** Callables without a keyword: `type Owner::name(parameters) {`. */
export function signatureRule(options: SignatureOptions): DeclarationRule {
  return {
    kind: 'callable',
    scope: options.scope,
    firsts: null,
    match(text, at, end) {
      const start = skipTemplate(text, skipAttributes(text, at), end);
      const open = parameterList(text, start, Math.min(end, start + HEAD_MAX));
      return open < 0 ? null : matchSignature(text, start, open, options);
    },
  };
}

function matchSignature(text: string, start: number, open: number, options: SignatureOptions): Found | null {
  const nameEnd = skipArgumentsBack(text, skipBlanksBack(text, open, start), start);
  const operator = operatorName(text, start, nameEnd);
  const nameStart = operator >= 0 ? operator : wordStart(text, nameEnd, start);
  if (nameStart === nameEnd || isDigit(text.charCodeAt(nameStart))) return null;
  const name = text.slice(nameStart, nameEnd);
  if (notNames.has(name)) return null;
  const ownerStart = qualifierStart(text, nameStart, start);
  const head = text.slice(start, ownerStart).trimEnd();
  if (/\boperator$/.test(head)) return { label: 'operator', names: [] };
  if (head === '' ? !options.untyped : !isType(text, start, ownerStart)) return null;
  if (options.needsBody && !hasBody(text, open)) return null;
  if (head === '' && /^[A-Z][A-Z0-9_]+$/.test(name) && options.needsBody) return macroCase(text, name, open);
  const owner = lastQualifier(text.slice(ownerStart, nameStart));
  return { label: owner === '' ? name : `${owner}.${name}`, names: [name] };
}

function skipAttributes(text: string, at: number): number {
  const first = text.charCodeAt(at);
  if (first !== 0x40 && first !== 0x5b) return at;
  attributes.lastIndex = at;
  return at + (attributes.exec(text)?.[0].length ?? 0);
}

/** Behind `template <…>`, when that ends in the line; else at the end of it. */
function skipTemplate(text: string, start: number, end: number): number {
  if (!text.startsWith('template', start) || isWord(text.charCodeAt(start + 8))) return start;
  let depth = 0;
  for (let index = start + 8; index < Math.min(end, start + HEAD_MAX); index++) {
    const code = text.charCodeAt(index);
    if (code === 0x3c) depth++;
    if (code === 0x3e && --depth === 0) return skipBlanks(text, index + 1, end);
  }
  return end;
}

function skipBlanks(text: string, from: number, limit: number): number {
  let at = from;
  while (at < limit && (text.charCodeAt(at) === 0x20 || text.charCodeAt(at) === 0x09)) at++;
  return at;
}

/** `TEST(Parser, ReadsNumbers) {`: the macro's name says nothing, its arguments do. */
function macroCase(text: string, name: string, open: number): Found {
  const close = text.indexOf(')', open);
  return { label: `${name}${text.slice(open, Math.min(close + 1, open + 100))}`.replaceAll(/\s+/g, ' '), names: [] };
}

/** Offset of the first `(`, or -1 when something stands before it that no signature has. */
function parameterList(text: string, start: number, limit: number): number {
  for (let index = start; index < limit; index++) {
    const code = text.charCodeAt(index);
    if (code === 0x28) return text.startsWith('()(', index) ? index + 2 : index;
    if (!isTypeChar(code) && !followsOperator(text, index)) return -1;
  }
  return -1;
}

/** Letters, digits, `_ $ . : , < > [ ] * & ? @ ~` and blanks. */
function isTypeChar(code: number): boolean {
  if ((code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a) || (code >= 0x30 && code <= 0x39) || code >= 128) return true;
  return code === 0x5f || code === 0x20 || code === 0x09 || '$.:,<>[]*&?@~'.includes(String.fromCharCode(code));
}

/** Of `operator==`: any sign may follow the word. */
function followsOperator(text: string, index: number): boolean {
  const before = text.slice(Math.max(0, index - 11), index);
  return /operator[^\w\s]{0,2}$/.test(before);
}

function operatorName(text: string, start: number, nameEnd: number): number {
  if (isWord(text.charCodeAt(nameEnd - 1)) && !text.startsWith('operator', nameEnd - 8)) return -1;
  const from = Math.max(start, nameEnd - OPERATOR_MAX);
  const found = text.slice(from, nameEnd).lastIndexOf('operator');
  return found < 0 ? -1 : from + found;
}

/** What stands before the name must end like a type and not begin like a statement. */
function isType(text: string, start: number, end: number): boolean {
  const before = text.charCodeAt(end - 1);
  const ends = before === 0x20 || before === 0x09 || before === 0x2a || before === 0x26 || before === 0x3e || before === 0x5d;
  let wordEnd = start;
  while (wordEnd < end && isWord(text.charCodeAt(wordEnd))) wordEnd++;
  return ends && wordEnd > start && !notFirst.has(text.slice(start, wordEnd)) && !notNames.has(text.slice(start, wordEnd));
}

/** Whether `{` or `=>` follows the parameters before `;`. */
function hasBody(text: string, open: number): boolean {
  let depth = 0;
  let index = open;
  const limit = Math.min(text.length, open + PARAMETERS_MAX);
  for (; index < limit; index++) {
    const code = text.charCodeAt(index);
    if (code === 0x28 && ++depth > NESTED_MAX) return false;
    if (code === 0x29 && --depth === 0) break;
    if (code === 0x3b || code === 0x7b || code === 0x7d) return false;
  }
  if (depth !== 0) return false;
  for (const end = Math.min(text.length, index + AFTER_MAX); index < end; index++) {
    const code = text.charCodeAt(index);
    if (code === 0x7b) return true;
    if (code === 0x3d) return text.charCodeAt(index + 1) === 0x3e;
    if (code === 0x3b || code === 0x7d || code === 0x23) return false;
  }
  return false;
}

/** Start of the `Owner<T>::` parts before `from`. */
function qualifierStart(text: string, from: number, floor: number): number {
  let at = from;
  while (at - 2 > floor && text.charCodeAt(at - 1) === 0x3a && text.charCodeAt(at - 2) === 0x3a) {
    const before = wordStart(text, skipArgumentsBack(text, at - 2, floor), floor);
    if (before === at - 2) break;
    at = before;
  }
  return at;
}

function skipArgumentsBack(text: string, from: number, floor: number): number {
  if (text.charCodeAt(from - 1) !== 0x3e) return from;
  let depth = 0;
  for (let index = from - 1; index > floor; index--) {
    const code = text.charCodeAt(index);
    if (code === 0x3e) depth++;
    if (code === 0x3c && --depth === 0) return index;
  }
  return from;
}

/** `a::Foo<T>::` → Foo */
function lastQualifier(qualifier: string): string {
  return (
    qualifier
      .replaceAll(/<[^<>]*>/g, '')
      .split('::')
      .filter(Boolean)
      .at(-1) ?? ''
  );
}

function skipBlanksBack(text: string, from: number, floor: number): number {
  let at = from;
  while (at > floor && (text.charCodeAt(at - 1) === 0x20 || text.charCodeAt(at - 1) === 0x09)) at--;
  return at;
}

function wordStart(text: string, from: number, floor: number): number {
  let at = from;
  while (at > floor && isWord(text.charCodeAt(at - 1))) at--;
  return at > floor && text.charCodeAt(at - 1) === 0x7e ? at - 1 : at;
}

function isWord(code: number): boolean {
  return (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a) || isDigit(code) || code === 0x5f || code === 0x24 || code >= 128;
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}
