export { globListSchema } from './glob-schema.ts';
export { globFault, type GlobFault, type ParsedGlob, parseGlobs, segmentsOf } from './parse-globs.ts';
export { type Token, tokenise } from './tokenise.ts';
