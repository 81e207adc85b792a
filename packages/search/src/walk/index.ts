export type { EntryVerdict } from './entry-filter.ts';
export type { FileCandidate, Skip, WalkBatch } from './file-candidate.ts';
export { FolderView } from './folder-view.ts';
export { ignoredDirectories, type IgnoredDirectoriesOptions } from './ignored-directories.ts';
export { RepositoryFacts } from './repository-facts.ts';
export { Selection, type SelectionOptions } from './selection.ts';
export { walkFolder } from './walk-folder.ts';
export type { WalkLog, WalkOptions } from './walk-options.ts';
