import { tools } from '@agent-brain/contract/tools';
import { fitSearch, renderSearch } from '@agent-brain/mcp/answers';
import type { IndexedFolder } from '../asking/indexed-folder.ts';
import type { Part } from './count-tokens.ts';

/** The answer of the product's `search` tool as it is when the agent says nothing but the query, one part per file. */
export async function searchReading(index: IndexedFolder, query: string): Promise<Part[]> {
  const { max_chars, ...request } = tools.search.input.parse({ query });
  const response = await index.answer(request);
  const frame = {
    confidence: response.confidence,
    mode: response.mode,
    index_generation: response.index_generation,
    warnings: response.warnings,
  };
  const answer = fitSearch({ ...response, pending_files: 0 }, frame, max_chars);
  return answer.results.map((entry) => ({
    path: entry.path,
    text: `${renderSearch({ ...answer, results: [entry], total_results: 1, warnings: [] })}\n\n`,
  }));
}
