export { configKeyValues, jobValues, projectValues } from './known-values.ts';
export { type Shell, shellScripts } from './shell-scripts.ts';
export { type CompletionWorld, suggest, type Suggestion, type Suggestions } from './suggest.ts';
