import type { SQLOutputValue } from 'node:sqlite';
import type { SkipReason } from '@agent-brain/contract/jobs';
import { pathsBeneath } from './file-states.ts';
import type { FileSkip, SkipSummary, StoreBatch } from './index-store.ts';
import type { Statements } from './statements.ts';

/** The table of files that were read and are not for the index. Writes stand in the transaction of the owner. */
export class SkipTable {
  readonly #statements: Statements;

  constructor(statements: Statements) {
    this.#statements = statements;
  }

  find(path: string): FileSkip | undefined {
    const row = this.#statements.get('SELECT * FROM skips WHERE path = ?').get(path);
    return row === undefined ? undefined : toSkip(row);
  }

  beneath(prefix: string): FileSkip[] {
    const { condition, values } = pathsBeneath(prefix);
    return this.#statements
      .get(`SELECT * FROM skips ${condition}`)
      .all(...values)
      .map(toSkip);
  }

  put({ path, sizeBytes, mtimeMs, ctimeMs, ino, readAtMs, reason, recipe }: FileSkip): void {
    this.#statements
      .get('INSERT OR REPLACE INTO skips(path, size, mtime_ms, ctime_ms, ino, read_at_ms, reason, recipe) VALUES (?, ?, ?, ?, ?, ?, ?, ?)')
      .run(path, sizeBytes, mtimeMs, ctimeMs, ino, readAtMs, reason, recipe);
  }

  take({ skip, skipped, folderPath }: StoreBatch): void {
    for (const one of skip) this.put(one);
    if (skipped === undefined) return;
    this.#statements
      .get(`DELETE FROM meta WHERE key LIKE '${summaryKey}%' AND substr(key, ${summaryKey.length + 1}) NOT IN (SELECT path FROM folders)`)
      .run();
    this.#statements.get('INSERT OR REPLACE INTO meta(key, value) VALUES (?, ?)').run(summaryKey + folderPath, JSON.stringify(skipped));
  }

  remove(path: string): void {
    this.#statements.get('DELETE FROM skips WHERE path = ?').run(path);
  }
}

/** Beginning of the keys of `meta` that hold what the last whole run over a folder has skipped. */
const summaryKey = 'skipped ';

/** What the last whole runs over the folders have skipped. */
export function readSkipSummaries(statements: Statements): SkipSummary[] {
  const rows = statements.get(`SELECT value FROM meta JOIN folders ON key = '${summaryKey}' || path`).all();
  return rows.map(({ value }) => JSON.parse(String(value)) as SkipSummary);
}

export function sumSkips(summaries: readonly SkipSummary[]): SkipSummary['counts'] {
  const sums: Partial<Record<SkipReason, number>> = {};
  for (const { counts } of summaries)
    for (const [reason, count] of Object.entries(counts) as [SkipReason, number][]) sums[reason] = (sums[reason] ?? 0) + count;
  return sums;
}

const toSkip = (row: Record<string, SQLOutputValue>): FileSkip => ({
  path: String(row['path']),
  sizeBytes: Number(row['size']),
  mtimeMs: Number(row['mtime_ms']),
  ctimeMs: Number(row['ctime_ms']),
  ino: Number(row['ino']),
  readAtMs: Number(row['read_at_ms']),
  reason: row['reason'] as FileSkip['reason'],
  recipe: String(row['recipe']),
});
