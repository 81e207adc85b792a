import { statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { tokenize } from '@agent-brain/search/tokenize';
import { type Measured, percentile, residentBytes, timeEach } from './measures.ts';
import { treeChunks } from './tree-chunks.ts';

/** SQLite's own full text index over the same chunks, words split as ours; a query matches any of its words, best ten by bm25. */
export async function measureFts5({ root, file, questions }: { root: string; file: string; questions: string[] }): Promise<Measured> {
  const bareBytes = residentBytes();
  const database = new DatabaseSync(file);
  database.exec(
    "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; CREATE VIRTUAL TABLE chunks USING fts5(body, path, content='', tokenize='unicode61')",
  );
  const insert = database.prepare('INSERT INTO chunks (rowid, body, path) VALUES (?, ?, ?)');
  const since = performance.now();
  let rows = 0;
  database.exec('BEGIN');
  for await (const chunks of treeChunks(root)) {
    for (const { path, text } of chunks) {
      rows += 1;
      insert.run(rows, tokenize(text).join(' '), tokenize(path).join(' '));
      if (rows % 10_000 === 0) database.exec('COMMIT; BEGIN');
    }
  }
  database.exec('COMMIT; PRAGMA wal_checkpoint(TRUNCATE)');
  const indexS = (performance.now() - since) / 1000;
  const match = (question: string): string =>
    [...new Set(tokenize(question))].map((word) => `"${word.replaceAll('"', '""')}"`).join(' OR ');
  const select = database.prepare('SELECT rowid, bm25(chunks, 1.0, 3.0) AS score FROM chunks WHERE chunks MATCH ? ORDER BY score LIMIT 10');
  const times = await timeEach(questions, 1, (question) => select.all(match(question)));
  const memoryBytes = residentBytes() - bareBytes;
  database.close();
  return { indexS, p50Ms: percentile(times, 0.5), p95Ms: percentile(times, 0.95), diskBytes: statSync(file).size, memoryBytes };
}
