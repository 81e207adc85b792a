export { compileGlobs, type GlobOptions, type Globs } from './compile-globs.ts';
export { type IgnoreRules, parseIgnoreRules } from './ignore-rules.ts';
