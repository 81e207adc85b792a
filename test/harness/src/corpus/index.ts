export { type Corpus, type CorpusOptions, writeCorpus } from './generated-corpus.ts';
