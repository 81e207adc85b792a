export type { IndexEntry } from './index-entry.ts';
export { coreSettings, type Repository, repositoryAt } from './repository.ts';
export { type GitAnswer, type GitOptions, OWNER_SETTING, runGit } from './run-git.ts';
export { GITLINK_MODE, indexEntries, nearestRepository, workTreeAround } from './work-tree.ts';
