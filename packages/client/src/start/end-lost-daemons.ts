import type { StopResult } from '@agent-brain/contract/commands';
import { setTimeout as sleep } from 'node:timers/promises';
import { type DaemonPaths, daemonPaths } from '@agent-brain/runtime/daemon';
import { probeLock } from '@agent-brain/runtime/locks';
import { findInstance, type ProjectLocation } from '../discovery/index.ts';
import type { StopOptions } from './stop-process.ts';

export interface EndedDaemons {
  readonly ended: readonly { readonly pid: number | null; readonly method: Extract<StopResult['method'], 'request' | 'signal' | 'kill'> }[];
  /** A sentence for each that is left, and each that was ended. */
  readonly notes: readonly string[];
}

const methods = { request: 'request', itself: 'request', SIGTERM: 'signal', SIGKILL: 'kill' } as const;

/**
 * Ends the daemons of a home that have lost its lock, because the home was removed for one. They would notice within 30 s;
 * whoever stops or starts something means it now. Only what is certain to be one is ended.
 *
 * @throws what `sweepOrphans` throws
 */
export async function endLostDaemons(paths: DaemonPaths, signal: AbortSignal | undefined): Promise<EndedDaemons> {
  const { sweepOrphans } = await import('@agent-brain/runtime/orphans');
  // Without a look at the ports: who listens there without an entry is never ended.
  const { swept, failed } = await sweepOrphans(paths, { range: { host: '127.0.0.1', port: 1, count: 0 }, signal });
  return {
    ended: swept.map(({ pid, by }) => ({ pid, method: methods[by] })),
    notes: [
      ...swept.map(({ pid, reason }) => `Process ${pid}, a lost daemon of ${paths.home}, was ended: ${reason}.`),
      ...failed.map(({ pid, failure }) => `Process ${pid}, a lost daemon of ${paths.home}, still runs: ${failure}.`),
    ],
  };
}

/** It looks at itself every 30 s, and then has 10 s to drain. */
const retiresWithinMs = 45_000;

/**
 * The same for the one that still holds a project: the project is free when this returns. Where the system does not show
 * that it is lost, its own next look is waited for.
 *
 * @throws INSTANCE_UNRESPONSIVE; what `endLostDaemons` throws; the signal's reason
 */
export async function endLostDaemon(
  location: ProjectLocation,
  home: string,
  { signal, timeoutMs = retiresWithinMs }: Pick<StopOptions, 'signal' | 'timeoutMs'>,
): Promise<EndedDaemons> {
  const deadline = performance.now() + timeoutMs;
  const ended = await endLostDaemons(daemonPaths(home), signal);
  while (probeLock(location.paths.lockFile) === 'held') {
    signal?.throwIfAborted();
    if (performance.now() < deadline) await sleep(50);
    else {
      const found = await findInstance(location, { signal, readOnly: true });
      if (found.state !== 'unresponsive') break;
      throw found.error;
    }
  }
  return ended;
}
