export { type Corpus, type CorpusOptions, sampleQueries, writeCorpus } from './generated-corpus.ts';
