export { type CandidateQuery, findCandidates } from './candidates.ts';
export { type Phrase, type QuerySyntax, readSyntax } from './query-syntax.ts';
export { maxTerms, type SearchTerms, searchTerms } from './search-terms.ts';
export { stopWords } from './stop-words.ts';
