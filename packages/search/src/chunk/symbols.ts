import type { LineTable } from './line-table.ts';
import { type Section, pathOf } from './outline.ts';

const DEFINITIONS_MAX = 64;

export interface ChunkSymbols {
  readonly symbol: string | undefined;
  readonly definitions: string[];
}

/** Finds symbol and definitions of chunks asked for in the order of the file; linear in sections and chunks together. */
export class SymbolFinder {
  readonly #lines: LineTable;
  readonly #sections: readonly Section[];
  readonly #documents: boolean;
  /** The first section that begins after the chunks asked for so far. */
  #next = 0;
  #nextNamed = 0;

  constructor(lines: LineTable, sections: readonly Section[], documents: boolean) {
    this.#lines = lines;
    this.#sections = sections;
    this.#documents = documents;
  }

  of(start: number, end: number): ChunkSymbols {
    let best: Section | null = null;
    const consider = (section: Section) => {
      if ((best === null || section.depth > best.depth) && this.#overlap(section, start, end) * 2 >= end - start) best = section;
    };
    while (this.#next < this.#sections.length && this.#startOf(this.#next) <= start) this.#next++;
    // Whatever else began before the chunk ended before the section that began last.
    for (let at = this.#sections[this.#next - 1] ?? null; at !== null; at = at.parent) consider(at);
    for (; this.#next < this.#sections.length && this.#startOf(this.#next) < end; this.#next++) {
      consider(this.#sections[this.#next] as Section);
    }
    const symbol = best === null ? '' : pathOf(best, this.#documents);
    return { symbol: symbol === '' ? undefined : symbol, definitions: this.#definitions(end) };
  }

  #definitions(end: number): string[] {
    const names = new Set<string>();
    for (; this.#nextNamed < this.#sections.length; this.#nextNamed++) {
      const section = this.#sections[this.#nextNamed] as Section;
      if (section.offset >= end) break;
      for (const name of section.names) if (names.size < DEFINITIONS_MAX) names.add(name);
    }
    return [...names];
  }

  #startOf(index: number): number {
    return this.#lines.starts[(this.#sections[index] as Section).start] as number;
  }

  #overlap(section: Section, start: number, end: number): number {
    const from = Math.max(start, this.#lines.starts[section.start] as number);
    const to = Math.min(end, this.#lines.starts[section.end] as number);
    return to - from;
  }
}
