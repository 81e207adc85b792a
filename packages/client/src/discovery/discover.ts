import { type Environment, processEnvironment } from '@agent-brain/runtime/project';
import { findInstance } from './find-instance.ts';
import type { Instance } from './instance.ts';
import type { FindOptions } from './process-state.ts';
import { locateProject } from './project-location.ts';

export interface DiscoverOptions extends Pick<FindOptions, 'timeoutMs' | 'signal'> {
  /** Default: that of this process. */
  readonly environment?: Environment;
}

/**
 * The running instance of the project around a path, or null. Starts nothing.
 * @throws INSTANCE_UNRESPONSIVE, INSTANCE_INCOMPATIBLE; what locating the project throws; the signal's reason
 */
export async function discover(projectPath: string, options: DiscoverOptions = {}): Promise<Instance | null> {
  const location = await locateProject(options.environment ?? processEnvironment(), { start: projectPath });
  const found = await findInstance(location, options);
  if (found.state === 'unresponsive') throw found.error;
  return found.state === 'running' ? found.instance.requireCompatible() : null;
}
