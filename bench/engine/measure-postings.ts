import { SqliteIndexReader, storeFile } from '@agent-brain/search/store';
import { tokenize } from '@agent-brain/search/tokenize';
import { type Measured, percentile, residentBytes, timeEach } from './measures.ts';

const PASSES = 3;
const LIMIT = 10;

/**
 * The part of an answer that FTS5 gives as well: the ten best chunks by BM25 of any word, in the calling thread,
 * without ranking, grouping by file and cutting out text.
 */
export async function measurePostings({ dataDir, questions }: { dataDir: string; questions: string[] }): Promise<Measured> {
  const bareBytes = residentBytes();
  const reader = SqliteIndexReader.open(storeFile(dataDir));
  if (reader === null) throw new Error(`${dataDir} holds no index`);
  const queries = questions.map((question) => ({
    terms: [...new Set(tokenize(question))],
    weights: { body: 1, path: 3, symbol: 4 },
    limit: LIMIT,
  }));
  const times = await timeEach(queries, PASSES, (query) => reader.read((view) => view.match(query)));
  const memoryBytes = residentBytes() - bareBytes;
  reader.close();
  return { p50Ms: percentile(times, 0.5), p95Ms: percentile(times, 0.95), memoryBytes };
}
