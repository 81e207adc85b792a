import type { ProjectLocation } from '@agent-brain/client/discovery';
import { isAgentBrainError } from '@agent-brain/contract/errors';
import { type DaemonPaths, daemonPaths } from '@agent-brain/runtime/daemon';
import { homePaths, looksLikeProject, variable } from '@agent-brain/runtime/project';
import { findByRoot, readRegistry } from '@agent-brain/runtime/registry';
import type { Call } from './command.ts';
import { locateWithConfig } from './project-call.ts';
import { startOptions } from './start-options.ts';

/** The user daemon of this user's home. */
export const daemonOf = ({ environment }: Call): DaemonPaths => daemonPaths(homePaths(environment).home);

/** Options of a start of the daemon. */
export function daemonOptions(call: Call) {
  const { timeoutMs, environment, program, signal, onWait } = startOptions(call);
  return { environment, program, signal, onWait, deadline: performance.now() + (timeoutMs ?? 30_000) };
}

/**
 * The project around the working directory, or undefined outside of any: where nothing says that there is one (no
 * repository, no build file, no state of ours), and in the home directory. A project that is named is one.
 */
export async function locateProjectIfAny(call: Call): Promise<ProjectLocation | undefined> {
  const { environment, globals } = call;
  const isNamed = globals.project !== undefined || variable(environment, 'AGENT_BRAIN_PROJECT') !== undefined;
  try {
    const location = await locateWithConfig(call, { lenient: true });
    if (isNamed || (await looksLikeProject(location.root))) return location;
    const { registry } = await readRegistry(homePaths(environment));
    return findByRoot(registry, location.root) === undefined ? undefined : location;
  } catch (error) {
    if (!isNamed && isAgentBrainError(error) && error.code === 'PROJECT_ROOT_REFUSED') return undefined;
    throw error;
  }
}
