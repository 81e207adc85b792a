import { writeFileSync } from 'node:fs';
import type { PassageOutcome } from '../asking/ask-passages.ts';
import type { RepositoryOutcome } from '../asking/ask-repositories.ts';
import { DataError, readDataFile } from '../data/json-lines.ts';
import type { QueryRecord } from '../metric/query-record.ts';
import { isInVocabularyGap } from '../metric/vocabulary-gap.ts';

/** Which files of the repositories were indexed: those that published figures were measured on, or all. */
export type Corpus = 'roots' | 'whole';

export interface RepositoryRecord {
  repo: string;
  language: string;
  documents: number;
  chunks: number;
}

export interface CorpusRecord {
  repositories: readonly RepositoryRecord[];
  queries: readonly QueryRecord[];
}

/** A run, query by query; no text of what was searched. */
export interface RunRecord {
  format: 1;
  commit: string;
  date: string;
  corpora: Partial<Record<Corpus, CorpusRecord>>;
  /** By the name of the set. */
  passages: Record<string, readonly PassageOutcome[]>;
}

export function recordOf(outcomes: readonly RepositoryOutcome[]): CorpusRecord {
  return {
    repositories: outcomes.map(({ repository, size }) => ({
      repo: repository.repo,
      language: repository.language,
      documents: size.documents,
      chunks: size.chunks,
    })),
    queries: outcomes.flatMap(({ queries }) =>
      queries.map(({ query, chunkList, distinctFiles }) => {
        const { id, repo, language, category } = query;
        return { id, repo, language, category, gap: isInVocabularyGap(query), chunkList, distinctFiles };
      }),
    ),
  };
}

export function writeRun(file: string, run: RunRecord): void {
  writeFileSync(file, `${JSON.stringify(run, null, 1)}\n`);
}

/** @throws DataError */
export function readRun(file: string): RunRecord {
  const text = readDataFile(file);
  try {
    const run = JSON.parse(text) as Partial<RunRecord>;
    if (run.format === 1 && run.corpora !== undefined) return { passages: {}, ...run } as RunRecord;
  } catch {}
  throw new DataError(`${file} is no run: --json writes them`);
}
