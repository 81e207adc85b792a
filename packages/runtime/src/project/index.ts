export { canonicalDirectory } from './canonical-directory.ts';
export { type Environment, processEnvironment, variable } from './environment.ts';
export { type HomePaths, homePaths } from './home-paths.ts';
export { confirmMove, type PreparedStateDir, type PrepareOptions, prepareStateDir } from './prepare-state-dir.ts';
export { defaultStateDir, type PathOptions, type ProjectPaths, projectPaths, stateDirWarnings } from './project-paths.ts';
export { keepUnstaged } from './keep-unstaged.ts';
export {
  isSystemDirectory,
  looksLikeProject,
  refuseSystemDirectory,
  resolveProjectRoot,
  type ResolveOptions,
} from './resolve-project-root.ts';
export { refuseUnsafePlace } from './state-dir-place.ts';
