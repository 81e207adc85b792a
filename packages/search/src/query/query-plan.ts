import { AgentBrainError } from '@agent-brain/contract/errors';
import type { QueryRequest } from '@agent-brain/contract/query';
import { compileGlobs } from '../globs/index.ts';
import { resolveLanguages } from '../languages/index.ts';
import { maxTerms, type Phrase, readSyntax, searchTerms } from '../lexical/index.ts';
import { describeQuery, type QueryShape } from '../rank/index.ts';
import type { ChunkFilter } from '../store/index.ts';

export interface QueryPlan {
  /** The mode that answers. */
  mode: 'bm25';
  terms: readonly string[];
  prefixes: readonly string[];
  /** What a place must hold. */
  phrases: readonly Phrase[];
  shape: QueryShape;
  filter: ChunkFilter;
  warnings: string[];
}

/** @throws QUERY_MODE_UNAVAILABLE for a mode of which the index has nothing; REQUEST_INVALID for a glob or language that cannot be */
export function planQuery(request: QueryRequest): QueryPlan {
  const warnings: string[] = [];
  if (request.mode === 'vector' || request.mode === 'graph') {
    throw new AgentBrainError('QUERY_MODE_UNAVAILABLE', `The mode "${request.mode}" cannot answer — this index holds text only`);
  }
  // Hybrid is the default: whoever did not choose it is not warned at every question; `mode` of the answer says what answered.
  if (request.mode === 'multi')
    warnings.push(`mode ${request.mode}: answered from the text index alone, this index has no vectors and no graph`);
  const { terms, dropped } = searchTerms(request.query);
  if (terms.length === 0) warnings.push('the query has no word that could be searched for');
  if (dropped > 0)
    warnings.push(`only the first ${maxTerms} different words of the query were searched for; ${dropped} more were left out`);
  const { prefixes, phrases, stems } = readSyntax(request.query);
  const shape = describeQuery(request.query);
  const filter = planFilter(request);
  if (filter.sourceTypes?.includes('test')) shape.asksFor.tests = true;
  return { mode: 'bm25', terms: [...new Set([...terms, ...stems])], prefixes, phrases, shape, filter, warnings };
}

function planFilter({ path_globs, languages, source_types }: QueryRequest): ChunkFilter {
  const wanted = resolveLanguages(languages ?? []);
  const globs = compileGlobs(path_globs ?? []);
  return {
    ...(globs.isEmpty ? {} : { path: (path: string) => globs.matches(path) }),
    ...(wanted === null ? {} : { languages: [...wanted] }),
    ...(source_types === undefined || source_types.length === 0 ? {} : { sourceTypes: source_types }),
  };
}
