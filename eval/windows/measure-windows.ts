import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { excerptAround, type QueryResult } from '@agent-brain/contract/query';
import { declaredNames } from '@agent-brain/search/chunk';
import { searchTerms } from '@agent-brain/search/lexical';
import { describeQuery } from '@agent-brain/search/rank';
import { tokenize } from '@agent-brain/search/tokenize';
import { IndexedFolder } from '../asking/indexed-folder.ts';
import type { CodeQuery } from '../data/code-queries.ts';
import { scoreWindow, WINDOW_LINES, type WindowScore } from './window-regret.ts';

export interface WindowOutcome {
  category: string;
  /** Of the first ten results. */
  windows: readonly WindowScore[];
  /** Whether the declaration of the asked name is shown, for each result that has one; symbol queries only. */
  declarations: readonly boolean[];
}

/** Rarity of a word among the files of a folder, 0 for a word that no file has. */
type Weights = (word: string) => number;

/** Asks each query as a person does and judges the lines that a terminal shows of each result. */
export async function measureWindows(
  queries: readonly CodeQuery[],
  { folder, dataDir }: { folder: string; dataDir: string },
): Promise<WindowOutcome[]> {
  const weightOf = weightsOf(folder);
  const index = await IndexedFolder.open(folder, dataDir);
  try {
    const outcomes: WindowOutcome[] = [];
    for (const { query, category } of queries) {
      const results = await index.ask({ query, top_k: 10 });
      const terms = new Set(searchTerms(query).terms);
      const wordsOf = (line: string): string[] => tokenize(line).filter((token) => terms.has(token));
      const windows = results.map((result) => scoreWindow(linesOf(result), shownOf(result), wordsOf, weightOf));
      const { symbols } = describeQuery(query);
      const declarations = category === 'symbol' ? results.flatMap((result) => declarationShown(result, symbols)) : [];
      outcomes.push({ category, windows, declarations });
    }
    return outcomes;
  } finally {
    await index.close();
  }
}

const linesOf = ({ text }: QueryResult): string[] => text.split('\n');

/** The lines of a result that `agent-brain query` prints. */
function shownOf(result: QueryResult): { first: number; last: number } {
  const { start_line: start, hit } = result;
  const range = { first: hit.start_line - start, last: hit.end_line - start };
  return excerptAround(linesOf(result), range, ({ first, last }) => last - first < WINDOW_LINES) ?? range;
}

/** One entry when the result declares a name that is asked for: whether that line is shown. */
function declarationShown(result: QueryResult, symbols: readonly string[]): boolean[] {
  const shown = shownOf(result);
  const declaring = linesOf(result).flatMap((line, position) =>
    declaredNames(result.language, line).some((name) => symbols.includes(name)) ? [position] : [],
  );
  return declaring.length === 0 ? [] : [declaring.some((position) => position >= shown.first && position <= shown.last)];
}

function weightsOf(folder: string): Weights {
  const counts = new Map<string, number>();
  let files = 0;
  for (const entry of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const file = path.join(folder, entry);
    if (!statSync(file).isFile()) continue;
    files += 1;
    for (const token of new Set(tokenize(readFileSync(file, 'utf8')))) counts.set(token, (counts.get(token) ?? 0) + 1);
  }
  return (word) => {
    const found = counts.get(word) ?? 0;
    return found === 0 ? 0 : Math.log(1 + (files - found + 0.5) / (found + 0.5));
  };
}
