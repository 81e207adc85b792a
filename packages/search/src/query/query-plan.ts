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
  const { text, unused } = shorten(request.query);
  if (unused > 0) warnings.push(`only the first ${text.length} characters of the query were searched for; ${unused} more were left out`);
  const { terms, dropped } = searchTerms(text);
  if (terms.length === 0) warnings.push('the query has no word that could be searched for');
  if (dropped > 0)
    warnings.push(`only the first ${maxTerms} different words of the query were searched for; ${dropped} more were left out`);
  const { prefixes, phrases, stems } = readSyntax(text);
  const shape = describeQuery(text);
  const filter = planFilter(request);
  if (filter.sourceTypes?.includes('test')) shape.asksFor.tests = true;
  return { mode: 'bm25', terms: [...new Set([...terms, ...stems])], prefixes, phrases, shape, filter, warnings };
}

/** More characters than these add cost, not meaning. */
const USED_CHARS = 4_000;
/** No word is cut in two that is shorter than this. */
const LONGEST_WORD = 200;

/** The beginning of a long question, to the end of a word. @returns with the number of characters left out */
function shorten(query: string): { text: string; unused: number } {
  if (query.length <= USED_CHARS) return { text: query, unused: 0 };
  const head = query.slice(0, USED_CHARS);
  const wordEnd = /\s\S*$/.exec(head.slice(-LONGEST_WORD))?.index;
  const text = wordEnd === undefined || /^\s/.test(query.slice(USED_CHARS)) ? head : head.slice(0, USED_CHARS - LONGEST_WORD + wordEnd);
  return { text, unused: query.length - text.length };
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
