import os from 'node:os';
import { AgentBrainError } from '@agent-brain/contract/errors';

/** Everything that paths hang on. Nothing computes a path at import time; tests give their own value. */
export interface Environment {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Absolute working directory. */
  readonly cwd: string;
  /** The user's home directory as the system names it; may be a symbolic link. */
  readonly homedir: string;
  /** Numeric user id; -1 where the platform has none (Windows). */
  readonly uid: number;
  readonly platform: NodeJS.Platform;
}

/**
 * The environment of this process. `cwd` is read when it is first needed, so that commands that need none still work
 * in a deleted directory; reading it there throws PROJECT_PATH_MISSING.
 */
export function processEnvironment(): Environment {
  return {
    env: { ...process.env },
    get cwd() {
      return workingDirectory();
    },
    homedir: homeDirectory(),
    uid: process.getuid?.() ?? -1,
    platform: process.platform,
  };
}

/** Empty for a user whom the system does not know (a container with `--user`) and who has no HOME. */
function homeDirectory(): string {
  try {
    return os.homedir();
  } catch {
    return '';
  }
}

function workingDirectory(): string {
  try {
    return process.cwd();
  } catch (cause) {
    throw new AgentBrainError('PROJECT_PATH_MISSING', 'The working directory does not exist — it was removed or replaced', {
      hint: 'Change to an existing directory, or give one with `--project DIR`.',
      cause,
    });
  }
}

/** The value of a variable; one that is set to nothing counts as not set. */
export function variable(environment: Environment, name: string): string | undefined {
  const value = environment.env[name];
  return value === undefined || value === '' ? undefined : value;
}
