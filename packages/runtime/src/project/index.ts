export { canonicalDirectory } from './canonical-directory.ts';
export { type Environment, processEnvironment } from './environment.ts';
export { type HomePaths, homePaths } from './home-paths.ts';
export { resolveProjectRoot, type ResolveOptions } from './resolve-project-root.ts';
