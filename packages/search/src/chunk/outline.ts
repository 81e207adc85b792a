import type { LineTable } from './line-table.ts';

/** How good it is to begin a chunk at a line. Scanners use values between these, lower for deeper ones. */
export const boundary = {
  /** A closing bracket, a line that goes on with the one before. */
  continuation: 1,
  /** Between a comment or attribute and what it belongs to. */
  attached: 2,
  /** Inside a comment, string or fence. */
  inside: 12,
  plain: 40,
  topLevel: 60,
  afterBlank: 90,
  /** Top level, after a blank line; a paragraph. */
  group: 130,
  /** From here on a boundary is worth a smaller chunk. */
  strong: 150,
  declaration: 210,
} as const;

/** A declaration of code, or a section of a document. */
export interface Section {
  /** Part of the symbol path; empty when unnamed. */
  label: string;
  /** Names it defines. */
  names: readonly string[];
  /** Offset of the line that names it. */
  readonly offset: number;
  /** Lines, from the comments and attributes above it; the end is exclusive. */
  readonly start: number;
  end: number;
  readonly parent: Section | null;
  readonly depth: number;
}

/** What a scanner finds out about a file. */
export interface Outline {
  /** Per line, 0–255. */
  readonly scores: Uint8Array;
  /** In the order of their start; a parent comes before its children and holds them. */
  readonly sections: Section[];
}

export function emptyOutline(lines: LineTable): Outline {
  return { scores: new Uint8Array(lines.count), sections: [] };
}

const LABEL_MAX = 120;

/** `Router.handle`; ` > ` in documents and where a part is not a plain name: `impl Router > handle`, `Setup > Linux`. */
export function pathOf(section: Section, documents: boolean): string {
  const labels: string[] = [];
  for (let at: Section | null = section; at !== null; at = at.parent) {
    if (at.label !== '' && labels.length < 32) labels.unshift(shorten(at.label));
  }
  const plain = !documents && labels.every((label) => !/[\s>/]/.test(label));
  return labels.join(plain ? '.' : ' > ');
}

function shorten(label: string): string {
  return label.length <= LABEL_MAX ? label : `${label.slice(0, LABEL_MAX - 1).toWellFormed()}…`;
}
