import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Passage, PassageSet } from '../data/passages.ts';
import { recallAt, reciprocalRank } from '../metric/ranking-metrics.ts';
import { IndexedFolder } from './indexed-folder.ts';

const RESULTS_ASKED_FOR = 50;

export interface PassageOutcome {
  id: string;
  /** Share of the relevant passages among the first 3, 5, 10 and 20. */
  recall: Readonly<Record<3 | 5 | 10 | 20, number>>;
  reciprocalRank: number;
}

/** How the passages of a set lie on the disk. */
export type PassageNaming = (passage: Passage, index: number) => string;

/** Writes each passage into a file of its own, indexes them, and asks the queries for files. */
export async function askPassages(
  { passages, queries }: PassageSet,
  { folder, dataDir, naming }: { folder: string; dataDir: string; naming: PassageNaming },
): Promise<PassageOutcome[]> {
  const idOf = writePassages(passages, folder, naming);
  const index = await IndexedFolder.open(folder, dataDir);
  try {
    const outcomes: PassageOutcome[] = [];
    for (const { id, query, relevant } of queries) {
      const results = await index.ask({ query, group: 'file', top_k: RESULTS_ASKED_FOR, max_chars: 100 });
      const found = results.map((result) => idOf.get(result.path) ?? '');
      const recall = {
        3: recallAt(found, relevant, 3),
        5: recallAt(found, relevant, 5),
        10: recallAt(found, relevant, 10),
        20: recallAt(found, relevant, 20),
      };
      outcomes.push({ id, recall, reciprocalRank: reciprocalRank(found, relevant) });
    }
    return outcomes;
  } finally {
    await index.close();
  }
}

/** @returns the passage's id by the path of its file */
function writePassages(passages: readonly Passage[], folder: string, naming: PassageNaming): Map<string, string> {
  const idOf = new Map<string, string>();
  passages.forEach((passage, index) => {
    const file = naming(passage, index);
    idOf.set(file, passage.id);
    const place = path.join(folder, file);
    // A file with a new time would be indexed again.
    if (existsSync(place)) return;
    mkdirSync(path.dirname(place), { recursive: true });
    writeFileSync(place, passage.text);
  });
  return idOf;
}
