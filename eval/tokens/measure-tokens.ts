import path from 'node:path';
import { IndexedFolder } from '../asking/indexed-folder.ts';
import type { CodeQuery } from '../data/code-queries.ts';
import { isSamePath } from '../metric/ranking-metrics.ts';
import { type Reading, readUntil } from './count-tokens.ts';
import { GrepReader } from './grep-reading.ts';
import { searchReading } from './search-reading.ts';

/** Lines from the beginning of a file that an agent reads at a time when it is careful. */
const LINES_AT_A_TIME = 200;

export const ways = ['search', 'rg, first 200 lines of each file', 'rg, whole files'] as const;
export type Way = (typeof ways)[number];

export type TokenOutcome = { id: string; repo: string } & Record<Way, Reading>;

/** Tokens to the first file that answers, for every query of a repository that was indexed before. */
export async function measureTokens(
  queries: readonly CodeQuery[],
  { repo, folder, dataDir }: { repo: string; folder: string; dataDir: string },
): Promise<TokenOutcome[]> {
  const grep = new GrepReader(folder);
  const index = await IndexedFolder.open(folder, path.join(dataDir, repo));
  try {
    const outcomes: TokenOutcome[] = [];
    for (const { id, query, targets } of queries) {
      const isAnswer = (file: string) => targets.some((target) => isSamePath(file, target.path));
      outcomes.push({
        id,
        repo,
        search: readUntil(await searchReading(index, query), isAnswer),
        'rg, first 200 lines of each file': readUntil(grep.parts(query, LINES_AT_A_TIME), isAnswer),
        'rg, whole files': readUntil(grep.parts(query), isAnswer),
      });
    }
    return outcomes;
  } finally {
    await index.close();
  }
}
