import type { LineTable } from './line-table.ts';
import { OpenDeclarations } from './open-declarations.ts';
import { boundary, type Outline } from './outline.ts';
import { QuietLines } from './quiet-lines.ts';
import type { DeclarationKind, DeclarationRule, Found, ScanRules } from './rules/index.ts';

const BRACKETS_AND_COMMA = '([{,';
/** How deep a line is indented costs at most this much of its score. */
const INDENT_COST_MAX = 24;

/** A line with content, as the steps below pass it on. */
interface Line {
  readonly number: number;
  readonly at: number;
  readonly end: number;
  readonly indent: number;
  /** Code unit of the first character, and the last character. */
  readonly first: number;
  readonly last: string;
}

/**
 * Finds declarations line by line. Nesting is read from indentation, which survives what defeats brace counting
 * (strings, regular expressions, conditional compilation); braces and `end` only confirm where a block ends.
 */
export class CodeScanner {
  readonly #text: string;
  readonly #lines: LineTable;
  readonly #scores: Uint8Array;
  readonly #rules: ScanRules;
  readonly #quiet: QuietLines;
  readonly #open: OpenDeclarations;
  /** The first of the comments and attributes directly above, or -1. */
  #lead = -1;
  #leadIndent = 0;
  #leadAfterBlank = false;
  /** An attribute's brackets are still open. */
  #attributeOpen = false;
  #afterBlank = true;
  /** Indentation of the top level. */
  #base = 0;

  constructor(text: string, lines: LineTable, outline: Outline, rules: ScanRules) {
    this.#text = text;
    this.#lines = lines;
    this.#scores = outline.scores;
    this.#rules = rules;
    this.#quiet = new QuietLines(text, rules);
    this.#open = new OpenDeclarations(outline, rules);
  }

  /** Reads the lines `[from, to)`; what is open at the end of them ends there. */
  scan(from: number, to: number): void {
    this.#base = baseIndent(this.#lines, from, to);
    for (let line = from; line < to; line++) {
      const first = this.#lines.firsts[line] as number;
      if (first === 0) {
        this.#scores[line] = boundary.continuation;
        this.#afterBlank = true;
        if ((this.#lines.starts[line] as number) >= this.#quiet.until) this.#lead = -1;
        continue;
      }
      this.#scores[line] = this.#read(line, first);
      this.#afterBlank = false;
    }
    this.#open.endAll(to);
  }

  /** The score of a line that is not blank. */
  #read(number: number, first: number): number {
    const at = this.#lines.bodies[number] as number;
    const end = this.#lines.starts[number + 1] as number;
    const indent = this.#lines.indents[number] as number;
    if (at < this.#quiet.until) {
      this.#quiet.openString(this.#quiet.until, end);
      return this.#afterBlank ? boundary.inside * 2 : boundary.inside;
    }
    const line: Line = { number, at, end, indent, first, last: lastChar(this.#text, at, end) };
    if (this.#attributeOpen && this.#continuesAttribute(line)) return boundary.attached;
    if (this.#quiet.openComment(at)) return this.#extendLead(line);
    const score = this.#readCode(line);
    this.#quiet.openString(at, end);
    return score;
  }

  #readCode(line: Line): number {
    if (this.#endsBlock(line)) return this.#readClosing(line);
    const declared = this.#declare(line);
    if (declared >= 0) return declared;
    if (this.#isAttribute(line)) {
      this.#attributeOpen = BRACKETS_AND_COMMA.includes(line.last);
      return this.#extendLead(line);
    }
    const attached = this.#lead >= 0 && this.#leadIndent === line.indent;
    this.#lead = -1;
    if (this.#rules.preprocessor === true && line.first === 0x23) return this.#plainScore(line.indent);
    if (this.#continues(line)) {
      this.#openBrace(line);
      return boundary.continuation;
    }
    if (!this.#isLabel(line)) this.#open.endShallow(line.number, line.indent);
    return attached ? boundary.attached : this.#plainScore(line.indent);
  }

  /** `}) {` and `} else {` go on with something; a bare closing ends the block. */
  #readClosing(line: Line): number {
    this.#lead = -1;
    if (line.last === '{' || line.last === '(') this.#openBrace(line);
    else {
      const ended = this.#open.endBlock(line.number + 1, line.indent);
      if (ended !== undefined && this.#rules.trailingName !== undefined) {
        this.#rules.trailingName.lastIndex = line.at;
        const name = this.#rules.trailingName.exec(this.#text)?.groups?.['n'];
        if (name !== undefined && ended.label === '') ended.label = name;
        if (name !== undefined && !ended.names.includes(name)) ended.names = [...ended.names, name];
      }
    }
    return boundary.continuation;
  }

  /** The block of a signature over many lines begins: `) {`. */
  #openBrace(line: Line): void {
    const top = this.#open.innermost;
    if (line.last === '{' && top !== undefined && top.indent === line.indent && this.#rules.blocks === 'brace') top.braced = true;
  }

  /** The score of a declaration, or -1 when the line declares nothing. */
  #declare(line: Line): number {
    const parent = this.#open.parentOf(line.indent, !this.#isLabel(line));
    const direct = parent !== undefined && parent.container && (line.indent === parent.memberIndent || line.indent === parent.indent);
    const grouped = direct && parent.kind === 'group';
    const member = direct && !grouped;
    const top = parent === undefined ? line.indent === this.#base : member && parent.kind === 'namespace';
    for (const rule of this.#rules.byFirst.of(line.first)) {
      const scope = rule.scope;
      if (scope !== 'any' && !(scope === 'member' ? member : scope === 'top' ? top : scope === 'outer' ? top || member : grouped)) continue;
      const found = rule.match(this.#text, line.at, line.end);
      if (found !== null) return this.#enter(line, rule, found);
    }
    return -1;
  }

  #enter(line: Line, rule: DeclarationRule, found: Found): number {
    const attached = this.#lead >= 0 && this.#leadIndent === line.indent;
    const start = attached ? this.#lead : line.number;
    const afterBlank = attached ? this.#leadAfterBlank : this.#afterBlank;
    this.#lead = -1;
    const section = { label: found.label, names: found.names, offset: line.at, start, end: line.number + 1 };
    if (this.#rules.preprocessor === true && line.first === 0x23) {
      // A macro stands wherever it likes and ends nothing.
      this.#open.addLine(section);
      const outside = this.#open.innermost === undefined;
      return this.#markStart(start, line.number, afterBlank && outside ? boundary.strong : boundary.topLevel);
    }
    this.#open.endBefore(start, line.indent, rule.kind);
    if (this.#rules.clauses === true && this.#open.reopen(found.label, rule.kind, line.indent)) {
      return this.#markStart(start, line.number, this.#plainScore(line.indent));
    }
    const score = this.#declarationScore(rule.kind, line, afterBlank);
    this.#open.add(section, rule.kind, line.indent, line.last);
    return this.#markStart(start, line.number, score);
  }

  /** Gives the boundary to the first attached line; between it and the declaration there is none. */
  #markStart(start: number, line: number, score: number): number {
    if (start === line) return score;
    this.#scores[start] = score;
    for (let between = start + 1; between < line; between++) {
      this.#scores[between] = Math.min(this.#scores[between] as number, boundary.inside);
    }
    return boundary.attached;
  }

  #declarationScore(kind: DeclarationKind, line: Line, afterBlank: boolean): number {
    const parent = this.#open.innermost;
    const depth = Math.min(this.#open.depth, 6);
    const local = parent !== undefined && !parent.container && parent.kind !== 'block';
    if (local) return Math.max(this.#plainScore(line.indent), boundary.group - 15 - 5 * depth);
    if (kind !== 'value' || line.last === '{') return boundary.declaration - 10 * depth;
    if (depth > 0) return afterBlank ? boundary.afterBlank + 10 : boundary.plain + 5;
    return afterBlank ? boundary.strong : boundary.topLevel;
  }

  #plainScore(indent: number): number {
    const top = this.#open.innermost === undefined && indent === this.#base;
    if (top) return this.#afterBlank ? boundary.group : boundary.topLevel;
    return (this.#afterBlank ? boundary.afterBlank : boundary.plain) - Math.min(indent, INDENT_COST_MAX);
  }

  /** A comment or attribute: belongs to the declaration that follows at the same indentation without a blank line. */
  #extendLead(line: Line): number {
    if (this.#lead >= 0 && this.#leadIndent === line.indent) return boundary.attached;
    this.#lead = line.number;
    this.#leadIndent = line.indent;
    this.#leadAfterBlank = this.#afterBlank;
    return this.#plainScore(line.indent);
  }

  #isAttribute(line: Line): boolean {
    if (line.last === ';') return false;
    if (this.#rules.attributes?.some((mark) => this.#text.startsWith(mark, line.at)) === true) return true;
    const prefix = this.#rules.prefixLine;
    if (prefix === undefined) return false;
    prefix.lastIndex = line.at;
    return prefix.test(this.#text);
  }

  #continuesAttribute(line: Line): boolean {
    if (line.indent > this.#leadIndent) return true;
    const closes = line.indent === this.#leadIndent && isClosing(line.first);
    this.#attributeOpen = closes && BRACKETS_AND_COMMA.includes(line.last);
    return closes;
  }

  #endsBlock(line: Line): boolean {
    const { blocks, endWord } = this.#rules;
    if (blocks === 'brace' && line.first === 0x7d) return true;
    return (blocks === 'end' && this.#isWord('end', line.at)) || (endWord !== undefined && this.#isWord(endWord, line.at));
  }

  #isWord(word: string, at: number): boolean {
    return this.#text.startsWith(word, at) && !/\w/.test(this.#text.charAt(at + word.length));
  }

  /** `public:`, `out:`: stands where it likes. */
  #isLabel(line: Line): boolean {
    return this.#rules.blocks === 'brace' && line.last === ':' && line.end - line.at < 40;
  }

  /** Lines that begin so belong to the one before. */
  #continues(line: Line): boolean {
    if (isClosing(line.first)) return true;
    if (this.#rules.blocks !== 'brace') return false;
    return ':,.&|+-=?<>*%^{'.includes(String.fromCharCode(line.first)) || this.#isWord('where', line.at);
  }
}

/** `)` `]` `}` */
function isClosing(code: number): boolean {
  return code === 0x29 || code === 0x5d || code === 0x7d;
}

function lastChar(text: string, at: number, end: number): string {
  let index = end - 1;
  while (index > at && text.charCodeAt(index) <= 0x20) index--;
  return text.charAt(index);
}

/** Indentation of the least indented of the first lines with content. */
function baseIndent(lines: LineTable, from: number, to: number): number {
  let least = -1;
  for (let line = from, seen = 0; line < to && seen < 20 && least !== 0; line++) {
    if (lines.firsts[line] === 0) continue;
    seen++;
    const indent = lines.indents[line] as number;
    if (least < 0 || indent < least) least = indent;
  }
  return Math.max(0, least);
}
