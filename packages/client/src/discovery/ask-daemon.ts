import { isAgentBrainError } from '@agent-brain/contract/errors';
import type { Daemon } from './daemon.ts';
import { findDaemon } from './find-daemon.ts';
import type { Instance } from './instance.ts';
import type { FindOptions, ProcessState } from './process-state.ts';
import type { ProjectLocation } from './project-location.ts';

/**
 * The user daemon of the own home, as it serves this project; it is asked itself whether it does.
 *
 * @param isKnownToServe for a daemon that need not be asked
 * @returns `starting` for one that runs and does not serve the project
 * @throws what `findDaemon` throws; the signal's reason
 */
export async function askDaemon(
  { root, daemon, paths }: Pick<ProjectLocation, 'root' | 'daemon' | 'paths'>,
  options: Omit<FindOptions, 'readOnly'>,
  isKnownToServe: (daemon: Daemon) => boolean = () => false,
): Promise<ProcessState<Instance>> {
  const found = await findDaemon(daemon, options);
  if (found.state === 'unresponsive') return { ...found, isDaemon: true };
  if (found.state !== 'running') return found;
  if (isKnownToServe(found.instance))
    return { state: 'running', instance: found.instance.serving({ project_root: root, project_id: paths.projectId }) };
  try {
    const { projects } = await found.instance.connect().call('projects', {}, options);
    const project = projects.find(({ project_root }) => project_root === root);
    return project === undefined ? { state: 'starting' } : { state: 'running', instance: found.instance.serving(project) };
  } catch (error) {
    options.signal?.throwIfAborted();
    if (isAgentBrainError(error)) return { state: 'starting' };
    throw error;
  }
}
