import type { Outline, Section } from './outline.ts';
import type { CodeRules, DeclarationKind } from './rules/index.ts';

/** A declaration that has not ended yet. */
export interface OpenDeclaration {
  readonly section: Section;
  readonly kind: DeclarationKind;
  readonly indent: number;
  /** Its direct children are members. */
  readonly container: boolean;
  /** Indentation of its direct members; -1 until the first. */
  memberIndent: number;
  /** Its block began with a brace: only a closing one, or another declaration, ends it. */
  braced: boolean;
}

/** Deeper declarations are found, but nothing is inside them. */
const DEEPEST = 32;

/**
 * The declarations around the line being read. A declaration is inside another when it is indented deeper; one in a
 * namespace may stand at the namespace's own indentation.
 */
export class OpenDeclarations {
  readonly #outline: Outline;
  readonly #rules: CodeRules;
  readonly #stack: OpenDeclaration[] = [];

  constructor(outline: Outline, rules: CodeRules) {
    this.#outline = outline;
    this.#rules = rules;
  }

  get innermost(): OpenDeclaration | undefined {
    return this.#stack[this.#stack.length - 1];
  }

  /** Without namespaces, which add no depth for a reader. */
  get depth(): number {
    let depth = 0;
    for (const open of this.#stack) if (open.kind !== 'namespace') depth++;
    return depth;
  }

  /** The declaration a line of this indentation is in; a line that `teaches` says where its members stand. */
  parentOf(indent: number, teaches: boolean): OpenDeclaration | undefined {
    for (let index = this.#stack.length - 1; index >= 0; index--) {
      const open = this.#stack[index] as OpenDeclaration;
      if (open.indent < indent) {
        if (teaches && (open.memberIndent < 0 || indent < open.memberIndent)) open.memberIndent = indent;
        return open;
      }
      if (open.kind === 'namespace' && open.indent === indent) return open;
    }
    return undefined;
  }

  /** Adds a section inside the innermost declaration and, unless its block is `whole` already, keeps it open. */
  add(section: Omit<Section, 'parent' | 'depth'>, kind: DeclarationKind, indent: number, opening: string): void {
    const added = this.addLine(section);
    const brace = this.#rules.blocks === 'brace';
    const whole = brace && (opening === '}' || (opening === ';' && kind !== 'namespace'));
    if (whole || this.#stack.length >= DEEPEST) return;
    const object = kind === 'value' && opening === '{' && this.#rules.objectMembers === true;
    const container = object || kind === 'container' || kind === 'namespace' || kind === 'group';
    this.#stack.push({ section: added, kind, indent, container, memberIndent: -1, braced: brace && opening === '{' });
  }

  /** Adds a section that holds nothing. */
  addLine(section: Omit<Section, 'parent' | 'depth'>): Section {
    const { label, names, offset, start, end } = section;
    const added: Section = { label, names, offset, start, end, parent: this.innermost?.section ?? null, depth: this.#stack.length };
    this.#outline.sections.push(added);
    return added;
  }

  /** Goes on with the sibling just before when it has this label. */
  reopen(label: string, kind: DeclarationKind, indent: number): boolean {
    const parent = this.innermost?.section ?? null;
    let before: Section | null = this.#outline.sections.at(-1) ?? null;
    while (before !== null && before.parent !== parent) before = before.parent;
    if (before === null || before.label !== label || this.#stack.length >= DEEPEST) return false;
    this.#stack.push({ section: before, kind, indent, container: false, memberIndent: -1, braced: false });
    return true;
  }

  /** A declaration that starts at `line` ends those that stand as deep or deeper; `package B;` ends `package A;`. */
  endBefore(line: number, indent: number, kind: DeclarationKind): void {
    const nests = (top: OpenDeclaration) => this.#holds(top, indent) && (kind !== 'namespace' || top.braced || top.indent < indent);
    for (let top = this.innermost; top !== undefined && !nests(top); top = this.innermost) this.#close(line);
  }

  /** Any other line ends them too, unless a brace is open. */
  endShallow(line: number, indent: number): void {
    if (this.#rules.blocks === 'open') return;
    for (let top = this.innermost; top !== undefined && !top.braced && !this.#holds(top, indent); top = this.innermost) this.#close(line);
  }

  /** A closing mark ends the block at its indentation and what was left open inside; returns that block's section. */
  endBlock(end: number, indent: number): Section | undefined {
    for (let top = this.innermost; top !== undefined && top.indent >= indent; top = this.innermost) {
      this.#close(end);
      if (top.indent === indent) return top.section;
    }
    return undefined;
  }

  endAll(end: number): void {
    while (this.#stack.length > 0) this.#close(end);
  }

  #holds(open: OpenDeclaration, indent: number): boolean {
    return open.indent < indent || (open.kind === 'namespace' && open.indent === indent);
  }

  #close(end: number): void {
    const section = this.#stack.pop()?.section;
    if (section !== undefined) section.end = Math.max(end, section.end);
  }
}
