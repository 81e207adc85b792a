export { readUnicode, TOKENIZER_ID, tokenize, tokenizeInto } from './tokenize.ts';
