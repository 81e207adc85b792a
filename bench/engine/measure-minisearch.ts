import { tokenize } from '@agent-brain/search/tokenize';
import MiniSearch from 'minisearch';
import { type Measured, percentile, residentBytes, timeEach } from './measures.ts';
import { treeChunks } from './tree-chunks.ts';

/** The library most programs in this language search with: in memory, words split as ours, any word matches. */
export async function measureMiniSearch({ root, questions }: { root: string; questions: string[] }): Promise<Measured> {
  const bareBytes = residentBytes();
  const index = new MiniSearch({ fields: ['text', 'path'], tokenize, processTerm: (term) => term });
  const since = performance.now();
  let rows = 0;
  for await (const chunks of treeChunks(root)) {
    for (const chunk of chunks) index.add({ id: (rows += 1), ...chunk });
  }
  const indexS = (performance.now() - since) / 1000;
  const times = await timeEach(questions, 1, (question) => index.search(question, { combineWith: 'OR', boost: { path: 3 } }).slice(0, 10));
  return { indexS, p50Ms: percentile(times, 0.5), p95Ms: percentile(times, 0.95), memoryBytes: residentBytes() - bareBytes };
}
