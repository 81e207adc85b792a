import fs from 'node:fs';
import path from 'node:path';
import { AgentBrainError } from '@agent-brain/contract/errors';
import { ancestors } from './ancestors.ts';
import { type Environment, variable } from './environment.ts';

/** What lies in the user's own directory (docs/design/instances.md#terms). All paths are absolute. */
export interface HomePaths {
  /** `~/.agent-brain/`, or `AGENT_BRAIN_HOME`. */
  readonly home: string;
  readonly registryFile: string;
  readonly registryLockFile: string;
  /** The user's configuration, the only file whose authority keys count. */
  readonly configFile: string;
  /** Storage of projects in shared mode. */
  readonly projectsDir: string;
  /** What instances of their own say of themselves, one file each. */
  readonly instancesDir: string;
}

/** @throws AgentBrainError HOME_NOT_ABSOLUTE */
export function homePaths(environment: Environment): HomePaths {
  const home = canonicalName(homeDirectory(environment));
  return {
    home,
    registryFile: path.join(home, 'registry.json'),
    registryLockFile: path.join(home, 'registry.lock'),
    configFile: path.join(home, 'config.json'),
    projectsDir: path.join(home, 'projects'),
    instancesDir: path.join(home, 'instances'),
  };
}

function homeDirectory(environment: Environment): string {
  const override = variable(environment, 'AGENT_BRAIN_HOME');
  if (override !== undefined) {
    if (path.isAbsolute(override)) return path.resolve(override);
    throw new AgentBrainError('HOME_NOT_ABSOLUTE', `AGENT_BRAIN_HOME is "${override}" — it must be an absolute path`);
  }
  if (path.isAbsolute(environment.homedir)) return path.join(environment.homedir, '.agent-brain');
  throw new AgentBrainError(
    'HOME_NOT_ABSOLUTE',
    `The home directory of the user is "${environment.homedir}" — it must be an absolute path`,
    {
      hint: 'Set HOME or AGENT_BRAIN_HOME to an absolute path.',
    },
  );
}

/**
 * Users keep their home on another disk behind a link; what lies in it is checked, not the way to it. One name also
 * before it is made: a daemon is known by the name of its home.
 */
function canonicalName(directory: string): string {
  for (const existing of ancestors(directory)) {
    try {
      return path.join(fs.realpathSync.native(existing), path.relative(existing, directory));
    } catch {
      // not there yet: the next one up
    }
  }
  return directory;
}
