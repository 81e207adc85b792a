import fs from 'node:fs/promises';
import type { RegistryEntry } from '@agent-brain/contract/instances';
import {
  type Environment,
  homePaths,
  type ProjectPaths,
  projectPaths,
  refuseUnsafePlace,
  resolveProjectRoot,
  stateDirWarnings,
} from '@agent-brain/runtime/project';
import { type DaemonPaths, daemonPaths } from '@agent-brain/runtime/daemon';
import { readRegistry } from '@agent-brain/runtime/registry';

/** A project and where its state lies. */
export interface ProjectLocation {
  /** Canonical. */
  readonly root: string;
  readonly paths: ProjectPaths;
  /** The user daemon of this user's home, which serves the project in shared mode. */
  readonly daemon: DaemonPaths;
  /** Numeric id of this user; -1 where the platform has none. */
  readonly uid: number;
  /** What a person should know: deprecated names, a registry that cannot be used. */
  readonly warnings: readonly string[];
}

export interface LocateOptions {
  /** Where to begin. Default: the working directory. */
  readonly start?: string | undefined;
  /** Value of `--project`; wins over everything. */
  readonly project?: string | undefined;
  /** Directories that the user's configuration names instead of those in the state dir. Default: none. */
  readonly config?: { readonly data_dir: string; readonly log_dir: string } | undefined;
}

/**
 * The project around a directory, and its paths. Looks only; makes nothing. The place of its state is judged before
 * anything in it is read or cleaned: in a clone, `.claude` may be a link to anywhere.
 * @throws what `resolveProjectRoot`, `projectPaths` and `refuseUnsafePlace` throw
 */
export async function locateProject(environment: Environment, options: LocateOptions = {}): Promise<ProjectLocation> {
  const home = homePaths(environment);
  const { registry, warnings } = await readRegistry(home);
  const start = options.project ?? options.start ?? environment.cwd;
  const { project } = options;
  const root = await resolveProjectRoot(start, environment, { project, registry });
  const paths = projectPaths(root, environment, { registry, config: options.config });
  await refuseUnsafePlace(paths, environment);
  return { root, paths, daemon: daemonPaths(home.home), uid: environment.uid, warnings: [...stateDirWarnings(environment), ...warnings] };
}

/**
 * The location that the registry has for a project; the environment of this process says nothing about others.
 * @returns undefined when the root is gone
 * @throws what `refuseUnsafePlace` throws
 */
export async function locateEntry(
  entry: RegistryEntry,
  environment: Environment,
  options: Pick<LocateOptions, 'config'> = {},
): Promise<ProjectLocation | undefined> {
  if (!(await isDirectory(entry.project_root))) return undefined;
  const { AGENT_BRAIN_STATE_DIR: _current, DOC_SERVE_STATE_DIR: _old, ...env } = environment.env;
  const ofThisEntry: Environment = {
    env,
    cwd: entry.project_root,
    homedir: environment.homedir,
    uid: environment.uid,
    platform: environment.platform,
  };
  const paths = projectPaths(entry.project_root, ofThisEntry, { registry: { entries: [entry] }, config: options.config });
  await refuseUnsafePlace(paths, ofThisEntry);
  const { home } = homePaths(ofThisEntry);
  return { root: entry.project_root, paths, daemon: daemonPaths(home), uid: environment.uid, warnings: [] };
}

const isDirectory = (directory: string): Promise<boolean> =>
  fs.stat(directory).then(
    (found) => found.isDirectory(),
    () => false,
  );
