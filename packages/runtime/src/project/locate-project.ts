import type { Registry } from '@agent-brain/contract/instances';
import { readRegistry } from '../registry/index.ts';
import { canonicalDirectory } from './canonical-directory.ts';
import type { Environment } from './environment.ts';
import { type HomePaths, homePaths } from './home-paths.ts';
import { type ProjectPaths, projectPaths, stateDirWarnings } from './project-paths.ts';
import { resolveProjectRoot } from './resolve-project-root.ts';

export interface LocateOptions {
  /** Where the user stands. Default: the working directory. */
  start?: string | undefined;
  /** Value of `--project`. */
  project?: string | undefined;
  /** `init --here`: the start (or the named project) is the root, whatever is around it. */
  here?: boolean;
  gitTimeoutMs?: number;
}

export interface LocatedProject {
  root: string;
  /** Without `data_dir` and `log_dir` of the configuration, which is read from here first. */
  paths: ProjectPaths;
  home: HomePaths;
  registry: Registry;
  /** What a user should know, each a sentence. */
  warnings: string[];
}

/**
 * Which project a command is about, and where its state lies. Changes nothing on disk.
 *
 * @throws as `resolveProjectRoot`; AgentBrainError HOME_NOT_ABSOLUTE, STATE_DIR_NOT_ABSOLUTE
 */
export async function locateProject(environment: Environment, options: LocateOptions = {}): Promise<LocatedProject> {
  const home = homePaths(environment);
  const { registry, warnings } = await readRegistry(home);
  const root = await rootOf(environment, registry, options);
  const paths = projectPaths(root, environment, { registry });
  return { root, paths, home, registry, warnings: [...warnings, ...stateDirWarnings(environment)] };
}

async function rootOf(environment: Environment, registry: Registry, options: LocateOptions): Promise<string> {
  const { project, here = false, gitTimeoutMs } = options;
  const start = options.start ?? environment.cwd;
  if (here) return await canonicalDirectory(project ?? start, environment);
  return await resolveProjectRoot(start, environment, { project, registry, ...(gitTimeoutMs === undefined ? {} : { gitTimeoutMs }) });
}
