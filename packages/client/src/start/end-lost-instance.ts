import { holdsRemovedLock } from '@agent-brain/runtime/locks';
import { listProcesses, signalVerified, waitUntilGone } from '@agent-brain/runtime/process';
import type { ProjectLocation } from '../discovery/index.ts';
import type { StopOptions } from './stop-process.ts';

/** For the drain of a job, and some more. */
const endsWithinMs = 20_000;

/**
 * Ends an instance of a project whose state dir was removed under it, where the system shows that it is one (Linux). It would
 * notice within 30 s.
 *
 * @returns its process id; undefined when there is none, or it has not ended in time
 * @throws PROCESS_NOT_VERIFIED; the signal's reason
 */
export async function endLostInstance(
  { paths, uid }: Pick<ProjectLocation, 'paths' | 'uid'>,
  { signal, timeoutMs = endsWithinMs }: Pick<StopOptions, 'signal' | 'timeoutMs'>,
): Promise<number | undefined> {
  const lost = (await listProcesses(uid)).find(({ pid, argv }) => argv.includes(paths.stateDir) && holdsRemovedLock(pid, paths.lockFile));
  if (lost === undefined) return undefined;
  const recorded = { pid: lost.pid, process_started_at: lost.startedAt };
  await signalVerified(recorded, 'SIGTERM', { marker: paths.stateDir });
  const isGone = await waitUntilGone(recorded, { timeoutMs, ...(signal === undefined ? {} : { signal }) });
  signal?.throwIfAborted();
  return isGone ? lost.pid : undefined;
}
