import { type Environment, processEnvironment } from '@agent-brain/runtime/project';
import { type Instance, locateProject, type Mode } from '../discovery/index.ts';
import { startInstance } from './start-instance.ts';
import type { StartOptions } from './start-options.ts';

export interface DiscoverOrStartOptions extends Pick<StartOptions, 'program' | 'signal' | 'timeoutMs'> {
  /** Switches a project that is served in the other mode. Default: as it is served, else as it is configured. */
  readonly mode?: Mode | undefined;
  /** Default: that of this process. */
  readonly environment?: Environment;
}

/**
 * What serves the project around a path; when nothing does, it is started on the same way as by `agent-brain start`.
 * @throws what `startInstance` and locating the project throw
 */
export async function discoverOrStart(projectPath: string, options: DiscoverOrStartOptions = {}): Promise<Instance> {
  const environment = options.environment ?? processEnvironment();
  const location = await locateProject(environment, { start: projectPath });
  const { program, signal, timeoutMs, mode } = options;
  return (await startInstance(location, { environment, program, signal, timeoutMs, mode })).instance;
}
