import fs from 'node:fs';
import path from 'node:path';
import { AgentBrainError } from '@agent-brain/contract/errors';
import type { Registry } from '@agent-brain/contract/instances';
import { findByRoot, projectIdIn } from '../registry/index.ts';
import { ancestors, isInside } from './ancestors.ts';
import { type Environment, variable } from './environment.ts';
import { homePaths } from './home-paths.ts';

/** Where everything of one project lies. All paths are absolute (docs/design/instances.md#state-directory). */
export interface ProjectPaths {
  /** Canonical. */
  readonly root: string;
  readonly projectId: string;
  readonly stateDir: string;
  readonly configFile: string;
  readonly gitignoreFile: string;
  readonly stateFile: string;
  readonly runtimeFile: string;
  /** In the home: what confirms a runtime record (docs/design/instances.md#trust). */
  readonly instancesDir: string;
  readonly lockFile: string;
  readonly holderFile: string;
  readonly pidFile: string;
  readonly startLockFile: string;
  readonly queueFile: string;
  readonly dataDir: string;
  readonly logDir: string;
  readonly logFile: string;
}

export interface PathOptions {
  /** Knows overridden state dirs and long project ids. Default: an empty one. */
  registry?: Pick<Registry, 'entries'> | undefined;
  /** Empty text: in the state dir. Otherwise absolute; one folder per project is used in it. */
  config?: { readonly data_dir: string; readonly log_dir: string } | undefined;
}

/** The state dir of a root when nothing overrides it. */
export const defaultStateDir = (root: string): string => path.join(root, '.claude', 'agent-brain');

/**
 * The paths of a project. The same root gives the same paths, different roots different ones.
 *
 * @param root canonical, as `resolveProjectRoot` gives it
 * @throws AgentBrainError STATE_DIR_NOT_ABSOLUTE, HOME_NOT_ABSOLUTE
 */
export function projectPaths(root: string, environment: Environment, options: PathOptions = {}): ProjectPaths {
  const registry = options.registry ?? { entries: [] };
  const stateDir = overriddenStateDir(environment) ?? registeredStateDir(registry, root) ?? defaultStateDir(root);
  const projectId = projectIdIn(registry, root);
  const inState = (...parts: string[]): string => path.join(stateDir, ...parts);
  const logDir = folderOf(options.config?.log_dir, projectId) ?? inState('logs');
  return {
    root,
    projectId,
    stateDir,
    configFile: inState('config.json'),
    gitignoreFile: inState('.gitignore'),
    stateFile: inState('state.json'),
    runtimeFile: inState('runtime.json'),
    instancesDir: homePaths(environment).instancesDir,
    lockFile: inState('agent-brain.lock'),
    holderFile: inState('agent-brain.holder.json'),
    pidFile: inState('agent-brain.pid'),
    startLockFile: inState('start.lock'),
    queueFile: inState('queue', 'jobs.jsonl'),
    dataDir: folderOf(options.config?.data_dir, projectId) ?? inState('data'),
    logDir,
    logFile: path.join(logDir, 'server.log'),
  };
}

/** The same paths under another id, which shows in the folders of `data_dir` and `log_dir`. */
export function withProjectId(paths: ProjectPaths, projectId: string): ProjectPaths {
  if (projectId === paths.projectId) return paths;
  const renamed = (folder: string): string => (isInside(folder, paths.stateDir) ? folder : path.join(path.dirname(folder), projectId));
  const logDir = renamed(paths.logDir);
  return { ...paths, projectId, dataDir: renamed(paths.dataDir), logDir, logFile: path.join(logDir, path.basename(paths.logFile)) };
}

const folderOf = (directory: string | undefined, projectId: string): string | undefined =>
  directory === undefined || directory === '' ? undefined : path.join(directory, projectId);

const CURRENT_NAME = 'AGENT_BRAIN_STATE_DIR';
const OLD_NAME = 'DOC_SERVE_STATE_DIR';

/** What a user should know about how the state dir was named. */
export function stateDirWarnings(environment: Environment): string[] {
  const isOldNameUsed = variable(environment, CURRENT_NAME) === undefined && variable(environment, OLD_NAME) !== undefined;
  return isOldNameUsed ? [`${OLD_NAME} is deprecated; set ${CURRENT_NAME} instead`] : [];
}

function overriddenStateDir(environment: Environment): string | undefined {
  const name = variable(environment, CURRENT_NAME) === undefined ? OLD_NAME : CURRENT_NAME;
  const given = variable(environment, name);
  if (given === undefined) return undefined;
  if (path.isAbsolute(given)) return canonicalParent(path.resolve(given));
  throw new AgentBrainError('STATE_DIR_NOT_ABSOLUTE', `${name} is "${given}" — it must be an absolute path`, {
    hint: `Set ${name} to an absolute path.`,
  });
}

/** One state dir has one name, whichever links lead to it. Whether it is a link itself is judged when it is used. */
function canonicalParent(directory: string): string {
  for (const existing of ancestors(path.dirname(directory))) {
    try {
      return path.join(fs.realpathSync.native(existing), path.relative(existing, directory));
    } catch {
      // not there yet: the next one up
    }
  }
  return directory;
}

/** A state dir that is gone is not looked for: its project begins again at the usual place. */
function registeredStateDir(registry: Pick<Registry, 'entries'>, root: string): string | undefined {
  const stateDir = findByRoot(registry, root)?.state_dir;
  return stateDir !== undefined && fs.existsSync(stateDir) ? stateDir : undefined;
}
