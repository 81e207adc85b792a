import { AgentBrainError } from '@agent-brain/contract/errors';
import { type Environment, processEnvironment } from '@agent-brain/runtime/project';
import { type Instance, locateProject } from '../discovery/index.ts';
import { startInstance, type StartOptions } from './start-instance.ts';

export interface DiscoverOrStartOptions extends Pick<StartOptions, 'program' | 'signal' | 'timeoutMs'> {
  /** `project`, the default, is the only mode of this version. */
  readonly mode?: 'project' | 'shared';
  /** Default: that of this process. */
  readonly environment?: Environment;
}

/**
 * The running instance of the project around a path; when there is none, one is started on the same way as by
 * `agent-brain start`.
 * @throws MODE_UNAVAILABLE, what `startInstance` and locating the project throw
 */
export async function discoverOrStart(projectPath: string, options: DiscoverOrStartOptions = {}): Promise<Instance> {
  if (options.mode === 'shared')
    throw new AgentBrainError('MODE_UNAVAILABLE', 'The mode is "shared" — this version serves each project by an instance of its own');
  const environment = options.environment ?? processEnvironment();
  const location = await locateProject(environment, { start: projectPath });
  const { program, signal, timeoutMs } = options;
  return (await startInstance(location, { environment, program, signal, timeoutMs })).instance;
}
