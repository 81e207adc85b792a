import type { DatabaseSync } from 'node:sqlite';
import { checkSegment, type LiveSegment } from '../postings/index.ts';
import { findForeignSchema } from './schema.ts';
import { documentsOfFile } from './segment-set.ts';
import type { StoreParts } from './store-parts.ts';

const PROBLEMS_SHOWN = 20;

/** What the tables say about one another; each query counts what should not be. */
const agreements: readonly [problem: string, sql: string][] = [
  ['files without their chunks', 'SELECT count(*) AS n FROM files WHERE id NOT IN (SELECT file FROM outlines)'],
  ['chunks without their file', 'SELECT count(*) AS n FROM outlines WHERE file NOT IN (SELECT id FROM files)'],
  ['files without their text', 'SELECT count(*) AS n FROM files WHERE text_block NOT IN (SELECT block FROM texts)'],
  ['texts without a file', 'SELECT count(*) AS n FROM texts WHERE block NOT IN (SELECT text_block FROM files)'],
  [
    'texts that do not know how much of them is used',
    `SELECT count(*) AS n FROM text_blocks b WHERE live <> (SELECT coalesce(sum(text_length), 0) FROM files WHERE text_block = b.id)`,
  ],
  ['files of an unknown folder', 'SELECT count(*) AS n FROM files WHERE folder NOT IN (SELECT id FROM folders)'],
  ['documents miscounted', "SELECT abs((SELECT count(*) FROM files) - (SELECT value FROM meta WHERE key = 'documents')) AS n"],
  [
    'chunks miscounted',
    "SELECT abs((SELECT coalesce(sum(chunk_count), 0) FROM files) - (SELECT value FROM meta WHERE key = 'chunks')) AS n",
  ],
  ['numbers of files given twice', "SELECT count(*) AS n FROM files WHERE id >= (SELECT value FROM meta WHERE key = 'next_file')"],
];

/**
 * Full check inside a read transaction: pages and b-trees by SQLite, the tables against one another, every byte of
 * segments, outlines and texts by its checksum, and every chunk in exactly one segment. Empty when all is well.
 */
export function checkStore(database: DatabaseSync, parts: StoreParts): string[] {
  const problems: string[] = [];
  try {
    for (const row of database.prepare(`PRAGMA integrity_check(${PROBLEMS_SHOWN})`).all()) {
      const verdict = String(Object.values(row)[0]);
      if (verdict !== 'ok') problems.push(verdict);
    }
    const foreign = findForeignSchema(database);
    if (foreign !== null) problems.push(foreign);
    if (problems.length > 0) return problems;
    for (const [problem, sql] of agreements) {
      const count = Number(database.prepare(sql).get()?.['n']);
      if (count > 0) problems.push(`${count} ${problem}`);
    }
    const segments = parts.segments.current();
    for (const { segment } of segments) checkSegment(segment);
    problems.push(...checkFiles(parts, segments));
  } catch (error) {
    problems.push((error as Error).message);
  }
  return problems.slice(0, PROBLEMS_SHOWN);
}

/** Every file is read as an answer would read it. */
function checkFiles({ statements, view }: StoreParts, segments: readonly LiveSegment[]): string[] {
  const problems: string[] = [];
  let living = 0;
  for (const row of statements.get('SELECT id, path, chunk_count FROM files ORDER BY text_block').iterate()) {
    if (problems.length >= PROBLEMS_SHOWN) return problems;
    const file = Number(row['id']);
    const count = Number(row['chunk_count']);
    const textLength = view.text(file).length;
    const last = count === 0 ? undefined : view.chunkAt(file, count - 1);
    if (view.chunkAt(file, count) !== undefined || (count > 0 && last === undefined)) {
      problems.push(`${String(row['path'])} has another number of chunks than recorded`);
    } else if (last !== undefined && last.endOffset > textLength) {
      problems.push(`${String(row['path'])} has chunks behind the end of its text`);
    }
    const found = segments.reduce((sum, live) => sum + livingDocuments(live, file), 0);
    living += found;
    if (found !== count) problems.push(`${String(row['path'])} is found by ${found} of its ${count} chunks`);
  }
  const all = segments.reduce((sum, { documents }) => sum + documents, 0);
  if (all !== living) problems.push(`${all - living} chunks are found that no file has`);
  return problems;
}

function livingDocuments({ segment, tombstones }: LiveSegment, file: number): number {
  const { first, end } = documentsOfFile(segment, file);
  let living = 0;
  for (let document = first; document < end; document++) if (tombstones?.has(document) !== true) living += 1;
  return living;
}
