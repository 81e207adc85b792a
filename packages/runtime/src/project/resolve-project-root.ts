import fs from 'node:fs/promises';
import path from 'node:path';
import type { Registry } from '@agent-brain/contract/instances';
import { AgentBrainError } from '@agent-brain/contract/errors';
import { workTreeAround } from '../git/index.ts';
import { ancestors, isInside } from './ancestors.ts';
import { canonicalDirectory } from './canonical-directory.ts';
import { type Environment, variable } from './environment.ts';

export interface ResolveOptions {
  /** Value of `--project`; wins over everything. */
  project?: string | undefined;
  /** Knows the nested projects made by `init --here`. Default: none. */
  registry?: Pick<Registry, 'entries'> | undefined;
}

/** Files and directories that mark a project of some build tool, besides `.claude/`. */
const projectMarkers = ['pyproject.toml', 'package.json', 'go.mod', 'Cargo.toml', 'pom.xml', 'build.gradle', '.hg'] as const;

/**
 * The canonical directory that the index of `start` belongs to (docs/design/instances.md#project-root): the same from
 * any subdirectory, through any symbolic link, with or without git, which is not asked.
 *
 * 1. `--project` or AGENT_BRAIN_PROJECT;
 * 2. the nearest directory made with `init --here`, inside the work tree of step 3;
 * 3. the git work tree: the nearest directory that holds `.git`, of the outermost superproject for a submodule;
 * 4. without a repository the nearest directory with `.claude/` (or made with `init --here`), then with a build file;
 * 5. `start` itself.
 *
 * The home directory and `/` are never taken by themselves: as a work tree they are refused (a dotfiles repository),
 * the walks of step 4 pass them by (`~/.claude` is the agent's own), and `start` must not be one of them.
 *
 * @param start a directory, absolute or relative to the working directory
 * @throws AgentBrainError PROJECT_ROOT_REFUSED, PROJECT_PATH_MISSING, PROJECT_PATH_NOT_DIRECTORY, PROJECT_PATH_UNREADABLE
 */
export async function resolveProjectRoot(start: string, environment: Environment, options: ResolveOptions = {}): Promise<string> {
  if (options.project !== undefined) return await canonicalDirectory(options.project, environment, '--project');
  const named = variable(environment, 'AGENT_BRAIN_PROJECT');
  if (named !== undefined) return await canonicalDirectory(named, environment, 'AGENT_BRAIN_PROJECT');

  const from = await canonicalDirectory(start, environment);
  const home = await canonicalHome(environment.homedir);
  const madeHere = new Set(options.registry?.entries.filter((entry) => entry.made_here).map((entry) => entry.project_root));
  const workTree = await workTreeAround(from);

  if (workTree !== undefined) {
    const nested = ancestorsWithin(from, workTree).find((directory) => madeHere.has(directory) && !isRefused(directory, home));
    return nested ?? accept(workTree, home, from, 'its git work tree is');
  }
  return (await markedDirectory(from, home, madeHere)) ?? accept(from, home, from, 'it is');
}

/** Whether a root was chosen for what is in it, and not because a walk had to begin somewhere (step 5). */
export const looksLikeProject = (root: string): Promise<boolean> => holdsAny(root, ['.git', '.claude', ...projectMarkers]);

const ancestorsWithin = (from: string, outer: string): string[] => [...ancestors(from)].filter((directory) => isInside(directory, outer));

async function markedDirectory(from: string, home: string, madeHere: ReadonlySet<string>): Promise<string | undefined> {
  const candidates = [...ancestors(from)].filter((directory) => !isRefused(directory, home));
  for (const directory of candidates) {
    if (madeHere.has(directory) || (await isDirectory(path.join(directory, '.claude')))) return directory;
  }
  for (const directory of candidates) {
    if (await holdsAny(directory, projectMarkers)) return directory;
  }
  return undefined;
}

async function holdsAny(directory: string, names: readonly string[]): Promise<boolean> {
  const found = await Promise.all(names.map((name) => exists(path.join(directory, name))));
  return found.includes(true);
}

const exists = (file: string): Promise<boolean> =>
  fs.stat(file).then(
    () => true,
    () => false,
  );
const isDirectory = (file: string): Promise<boolean> =>
  fs.stat(file).then(
    (found) => found.isDirectory(),
    () => false,
  );
/** A home that is no absolute path is none; resolved, it would be the working directory. */
const canonicalHome = async (home: string): Promise<string> =>
  path.isAbsolute(home) ? await fs.realpath(home).catch(() => path.resolve(home)) : home;

/** Nobody means an index of everything that they own. */
const isRefused = (directory: string, home: string): boolean => directory === home || path.dirname(directory) === directory;

function accept(directory: string, home: string, from: string, why: string): string {
  if (!isRefused(directory, home)) return directory;
  const what = directory === home ? 'the home directory' : 'the root of the file system';
  const role = from === directory ? 'a project' : `the project of ${from}`;
  throw new AgentBrainError('PROJECT_ROOT_REFUSED', `Will not take ${directory} as ${role} — ${why} ${what}`, {
    data: { directory, start: from },
  });
}
