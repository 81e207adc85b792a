import type { DatabaseSync } from 'node:sqlite';

/** Free pages that are given back in one step. */
const VACUUM_PAGES = 256;
/** Free pages that stay for the next commits: so many, and of a smaller file a thirty-second of its pages. */
const SPARE_PAGES = 1_024;
const SPARE_SHARE = 32;
/** Longest wait for those who read at the moment. */
const LOG_WAIT_MS = 20;

/** Makes the file smaller by some of its free pages. @returns whether there may be more */
export function giveBackPages(database: DatabaseSync): boolean {
  const free = numberOf(database, 'freelist_count');
  const spare = Math.min(SPARE_PAGES, Math.ceil(numberOf(database, 'page_count') / SPARE_SHARE));
  if (free <= spare) return false;
  // The pragma gives one row per page; it goes on only while they are read.
  database.prepare(`PRAGMA incremental_vacuum(${Math.min(VACUUM_PAGES, free - spare)})`).all();
  return true;
}

const numberOf = (database: DatabaseSync, pragma: string): number =>
  Number(Object.values(database.prepare(`PRAGMA ${pragma}`).get() ?? {})[0]);

/**
 * Puts the write-ahead log into the file, and leaves it empty.
 * @param timeoutMs of the connection otherwise
 * @returns false when readers were in the way
 */
export function giveBackLog(database: DatabaseSync, timeoutMs: number): boolean {
  database.exec(`PRAGMA busy_timeout = ${LOG_WAIT_MS}; PRAGMA optimize;`);
  const outcome = database.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get();
  database.exec(`PRAGMA busy_timeout = ${timeoutMs}`);
  return outcome?.['busy'] !== 1;
}
