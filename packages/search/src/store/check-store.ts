import type { DatabaseSync } from 'node:sqlite';

const PROBLEMS_SHOWN = 20;

/** What the tables say about one another; each query counts what should not be. */
const agreements: readonly [problem: string, sql: string][] = [
  ['chunks without a file', 'SELECT count(*) AS n FROM chunks WHERE file NOT IN (SELECT id FROM files)'],
  ['files without their text', 'SELECT count(*) AS n FROM files WHERE id NOT IN (SELECT file FROM texts)'],
  [
    'files with another number of chunks than recorded',
    'SELECT count(*) AS n FROM files f WHERE chunk_count <> (SELECT count(*) FROM chunks c WHERE c.file = f.id)',
  ],
  ['chunks that the text index does not know', 'SELECT count(*) AS n FROM chunks WHERE id NOT IN (SELECT id FROM chunk_terms_docsize)'],
  ['entries of the text index without a chunk', 'SELECT count(*) AS n FROM chunk_terms_docsize WHERE id NOT IN (SELECT id FROM chunks)'],
  ['documents miscounted', "SELECT abs((SELECT count(*) FROM files) - (SELECT value FROM meta WHERE key = 'documents')) AS n"],
  ['chunks miscounted', "SELECT abs((SELECT count(*) FROM chunks) - (SELECT value FROM meta WHERE key = 'chunks')) AS n"],
];

/** Full check: pages and b-trees by SQLite, the postings by FTS5, the tables against one another. Empty when all is well. */
export function checkStore(database: DatabaseSync): string[] {
  const problems: string[] = [];
  try {
    for (const row of database.prepare(`PRAGMA integrity_check(${PROBLEMS_SHOWN})`).all()) {
      const verdict = String(Object.values(row)[0]);
      if (verdict !== 'ok') problems.push(verdict);
    }
    if (problems.length > 0) return problems;
    for (const [problem, sql] of agreements) {
      const count = Number(database.prepare(sql).get()?.['n']);
      if (count > 0) problems.push(`${count} ${problem}`);
    }
    database.exec("INSERT INTO chunk_terms(chunk_terms) VALUES('integrity-check')");
  } catch (error) {
    problems.push((error as Error).message);
  }
  return problems;
}
