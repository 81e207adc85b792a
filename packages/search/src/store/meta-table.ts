import type { Statements } from './statements.ts';

/** `layout` rises with every change of the list of segments or of what is deleted in them; the next ones are names to come. */
export type MetaCounter = 'generation' | 'layout' | 'documents' | 'chunks' | 'next_file' | 'next_row' | 'next_segment' | 'next_block';

/** The counters of the store. */
export class MetaTable {
  readonly #statements: Statements;

  constructor(statements: Statements) {
    this.#statements = statements;
  }

  get(key: MetaCounter): number {
    return Number(this.#statements.get('SELECT value FROM meta WHERE key = ?').get(key)?.['value']);
  }

  /** @returns the new value */
  add(key: MetaCounter, amount: number): number {
    return Number(this.#statements.get('UPDATE meta SET value = value + ? WHERE key = ? RETURNING value').get(amount, key)?.['value']);
  }

  lastIndexedAt(): string | null {
    return (this.#statements.get("SELECT value FROM meta WHERE key = 'last_indexed_at'").get()?.['value'] as string | null) ?? null;
  }

  setLastIndexedAt(time: string): void {
    this.#statements.get("UPDATE meta SET value = ? WHERE key = 'last_indexed_at'").run(time);
  }
}
