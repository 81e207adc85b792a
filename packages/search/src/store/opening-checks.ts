import type { DatabaseSync } from 'node:sqlite';
import { findForeignSchema } from './schema.ts';
import type { Statements } from './statements.ts';
import { assertUsable } from './store-file.ts';

/** All pages, without their content. @throws INDEX_CORRUPT */
export function quickCheck(file: string, database: DatabaseSync): void {
  const answer = database.prepare('PRAGMA quick_check(1)').get();
  const verdict = String(Object.values(answer ?? {})[0]);
  if (verdict !== 'ok') assertUsable(file, { state: 'corrupt', reason: verdict });
}

/** @throws INDEX_CORRUPT */
export function assertOwnSchema(file: string, database: DatabaseSync): void {
  const reason = findForeignSchema(database);
  if (reason !== null) assertUsable(file, { state: 'corrupt', reason });
}

/**
 * What does not add up between the counters and the list of segments: chunks that are found although no file has them, or
 * the reverse. Costs a row per segment, so that it is asked whenever a store is opened; the full check says more.
 * @returns null when all is well
 */
export function findImbalance(statements: Statements): string | null {
  const row = statements
    .get(
      `SELECT (SELECT coalesce(sum(documents - dead), 0) FROM segments) AS found,
        (SELECT value FROM meta WHERE key = 'chunks') AS chunks`,
    )
    .get();
  const [found, chunks] = [Number(row?.['found']), Number(row?.['chunks'])];
  if (found === chunks) return null;
  return found > chunks ? `${found - chunks} chunks are found that no file has` : `${chunks - found} chunks of files are not found`;
}
