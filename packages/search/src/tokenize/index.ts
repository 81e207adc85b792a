export { TermNumbers } from './term-numbers.ts';
export { TOKENIZER_ID, tokenize, tokenizeInto } from './tokenize.ts';
