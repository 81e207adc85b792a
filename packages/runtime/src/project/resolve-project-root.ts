import fs from 'node:fs/promises';
import path from 'node:path';
import type { Registry } from '@agent-brain/contract/instances';
import { AgentBrainError } from '@agent-brain/contract/errors';
import { workTreeAround } from '../git/index.ts';
import { ancestors, isInside } from './ancestors.ts';
import { canonicalDirectory } from './canonical-directory.ts';
import { type Environment, variable } from './environment.ts';
import { systemDirectory } from './system-directory.ts';

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
 * The home directory, `/` and directories of the system are never taken by themselves: as a work tree they are refused (a dotfiles repository),
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
  const judge = await judgeOf(environment);
  const madeHere = new Set(options.registry?.entries.filter((entry) => entry.made_here).map((entry) => entry.project_root));
  const workTree = await workTreeAround(from);

  if (workTree !== undefined) {
    const nested = ancestorsWithin(from, workTree).find((directory) => madeHere.has(directory) && judge(directory) === undefined);
    return nested ?? accept(workTree, judge, from, 'its git work tree is');
  }
  return (await markedDirectory(from, judge, madeHere)) ?? accept(from, judge, from, 'it is');
}

/** Whether a root was chosen for what is in it, and not because a walk had to begin somewhere (step 5). */
export const looksLikeProject = (root: string): Promise<boolean> => holdsAny(root, ['.git', '.claude', ...projectMarkers]);

const ancestorsWithin = (from: string, outer: string): string[] => [...ancestors(from)].filter((directory) => isInside(directory, outer));

async function markedDirectory(from: string, judge: Judge, madeHere: ReadonlySet<string>): Promise<string | undefined> {
  const candidates = [...ancestors(from)].filter((directory) => judge(directory) === undefined);
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

/** See {@link systemDirectory}. */
type Judge = (directory: string) => string | undefined;

async function judgeOf(environment: Environment): Promise<Judge> {
  const home = await canonicalHome(environment.homedir);
  return (directory) => systemDirectory(directory, home, environment);
}

/**
 * Refuses a directory that is no project unless a person names it.
 *
 * @param directory canonical
 * @param hint what that person can do
 * @throws AgentBrainError PROJECT_ROOT_REFUSED
 */
export async function refuseSystemDirectory(directory: string, environment: Environment, hint: string): Promise<void> {
  const what = (await judgeOf(environment))(directory);
  if (what !== undefined) throw refused(directory, directory, `it is ${what}`, hint);
}

export const isSystemDirectory = async (directory: string, environment: Environment): Promise<boolean> =>
  (await judgeOf(environment))(directory) !== undefined;

function accept(directory: string, judge: Judge, from: string, why: string): string {
  const what = judge(directory);
  if (what !== undefined) throw refused(directory, from, `${why} ${what}`);
  return directory;
}

function refused(directory: string, from: string, reason: string, hint?: string): AgentBrainError {
  const role = from === directory ? 'a project' : `the project of ${from}`;
  return new AgentBrainError('PROJECT_ROOT_REFUSED', `Will not take ${directory} as ${role} — ${reason}`, {
    ...(hint === undefined ? {} : { hint }),
    data: { directory, start: from },
  });
}
