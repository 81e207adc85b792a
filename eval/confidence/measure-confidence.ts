import type { Confidence } from '@agent-brain/contract/query';
import { IndexedFolder } from '../asking/indexed-folder.ts';
import type { CodeQuery } from '../data/code-queries.ts';

export interface ConfidenceOutcome {
  /** The question is about this repository. */
  isRight: boolean;
  /** Score of the best result; 0 without one. */
  score: number;
  confidence: Confidence;
}

/** So many questions of other repositories as of the own one, taken at equal distances. */
export function questionsOfOthers(all: readonly CodeQuery[], repo: string): CodeQuery[] {
  const own = all.filter((query) => query.repo === repo).length;
  const others = all.filter((query) => query.repo !== repo);
  const count = Math.min(own, others.length);
  return Array.from({ length: count }, (_, index) => others[Math.floor((index * others.length) / count)] as CodeQuery);
}

/** Asks a repository its own questions and as many that are about other repositories. */
export async function measureConfidence(
  all: readonly CodeQuery[],
  repo: string,
  { folder, dataDir }: { folder: string; dataDir: string },
): Promise<ConfidenceOutcome[]> {
  const index = await IndexedFolder.open(folder, dataDir);
  try {
    const outcomes: ConfidenceOutcome[] = [];
    for (const { query, repo: about } of [...all.filter((own) => own.repo === repo), ...questionsOfOthers(all, repo)]) {
      const { results, confidence } = await index.answer({ query, top_k: 3 });
      outcomes.push({ isRight: about === repo, score: results[0]?.score ?? 0, confidence });
    }
    return outcomes;
  } finally {
    await index.close();
  }
}
