import { tokenize } from '../tokenize/index.ts';
import { stopWords } from './stop-words.ts';

/** Further different words add cost, not meaning. */
export const maxTerms = 64;

export interface SearchTerms {
  /** Different tokens in the order of the query, without stop words unless there is nothing else. */
  terms: readonly string[];
  /** Words that were left out because there were more than {@link maxTerms}. */
  dropped: number;
}

/** The tokens a query is matched by. A chunk needs any of them, not all. */
export function searchTerms(query: string): SearchTerms {
  const tokens = [...new Set(tokenize(query))];
  const content = tokens.filter((token) => !stopWords.has(token));
  const wanted = content.length === 0 ? tokens : content;
  return { terms: wanted.slice(0, maxTerms), dropped: Math.max(0, wanted.length - maxTerms) };
}
