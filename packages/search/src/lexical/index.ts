export { type CandidateQuery, findCandidates } from './candidates.ts';
export { maxTerms, type SearchTerms, searchTerms } from './search-terms.ts';
export { stopWords } from './stop-words.ts';
