import { isAgentBrainError } from '@agent-brain/contract/errors';
import type { HolderRecord } from '@agent-brain/contract/instances';
import { isSameProcess } from '@agent-brain/runtime/process';
import { daemonMarker, findDaemon } from './find-daemon.ts';
import type { Instance } from './instance.ts';
import type { FindOptions, ProcessState } from './process-state.ts';
import type { ProjectLocation } from './project-location.ts';

/**
 * A project whose lock is held and whose record says nothing: nobody has written it yet, or it was damaged. When the user
 * daemon of the own home holds the lock, it is asked itself whether it serves the project; it publishes the pointer again at
 * its next look.
 *
 * @throws what `findDaemon` throws; the signal's reason
 */
export async function askHolder(
  { root, daemon }: ProjectLocation,
  holder: HolderRecord | undefined,
  options: Omit<FindOptions, 'readOnly'>,
): Promise<ProcessState<Instance>> {
  const starting = { state: 'starting' } as const;
  if (holder === undefined || (await isSameProcess(holder, { marker: daemonMarker(daemon) })) !== 'same') return starting;
  const found = await findDaemon(daemon, options);
  if (found.state !== 'running' || found.instance.pid !== holder.pid) return starting;
  try {
    const { projects } = await found.instance.connect().call('projects', {}, options);
    const project = projects.find(({ project_root }) => project_root === root);
    return project === undefined ? starting : { state: 'running', instance: found.instance.serving(project) };
  } catch (error) {
    options.signal?.throwIfAborted();
    if (isAgentBrainError(error)) return starting;
    throw error;
  }
}
