import path from 'node:path';
import type { CodeQuery, Repository } from '../data/code-queries.ts';
import { type FoundPlace, type RankingScore, scoreChunkList, scoreDistinctFiles } from '../metric/ranking-metrics.ts';
import { type IndexedSize, IndexedFolder } from './indexed-folder.ts';

/** So many chunks that ten different files are among them. */
const CHUNKS_ASKED_FOR = 100;

export interface QueryOutcome {
  query: CodeQuery;
  found: readonly FoundPlace[];
  chunkList: RankingScore;
  distinctFiles: RankingScore;
}

export interface RepositoryOutcome {
  repository: Repository;
  size: IndexedSize;
  queries: readonly QueryOutcome[];
}

/** Indexes one repository and asks its queries. @param dataDir where its index stays for the next run */
export async function askRepository(
  repository: Repository,
  queries: readonly CodeQuery[],
  { folder, dataDir }: { folder: string; dataDir: string },
): Promise<RepositoryOutcome> {
  const index = await IndexedFolder.open(folder, path.join(dataDir, repository.repo));
  try {
    const outcomes: QueryOutcome[] = [];
    for (const query of queries) {
      const results = await index.ask({ query: query.query, group: 'chunk', top_k: CHUNKS_ASKED_FOR });
      const found = results.map(({ path: file, start_line, end_line }) => ({ path: file, startLine: start_line, endLine: end_line }));
      const chunkList = scoreChunkList(found, query.targets);
      outcomes.push({ query, found, chunkList, distinctFiles: scoreDistinctFiles(found, query.targets) });
    }
    return { repository, size: index.size, queries: outcomes };
  } finally {
    await index.close();
  }
}
