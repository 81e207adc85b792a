import { AgentBrainError } from '@agent-brain/contract/errors';
import { type DaemonPaths } from '@agent-brain/runtime/daemon';
import { discoverDaemon, type Unresponsive } from '@agent-brain/runtime/discovery';
import { Daemon } from './daemon.ts';
import type { FindOptions, ProcessState } from './process-state.ts';

export type DaemonState = ProcessState<Daemon>;

/** Stands among the arguments of the daemon of a home: by it the process is recognised. */
export const daemonMarker = ({ home }: Pick<DaemonPaths, 'home'>): string => `--shared --home ${home}`;

/**
 * The user daemon of a home by record, lock and proof. What a dead one left is the next one's to clean.
 * @throws what `discoverDaemon` throws; the signal's reason
 */
export async function findDaemon(paths: DaemonPaths, options: Omit<FindOptions, 'readOnly'> = {}): Promise<DaemonState> {
  const askedAt = performance.now();
  const found = await discoverDaemon(paths, options);
  if (found.state === 'running')
    return { state: 'running', instance: new Daemon(found.record, paths.home, found.health, performance.now() - askedAt) };
  if (found.state === 'unresponsive') {
    const silence = found.isSilent === true ? { isSilent: found.isSilent } : {};
    return { state: 'unresponsive', pid: found.pid, error: daemonUnresponsive(paths, found), ...silence };
  }
  return { state: found.state };
}

const daemonUnresponsive = (paths: DaemonPaths, { pid, reason }: Unresponsive): AgentBrainError =>
  new AgentBrainError(
    'INSTANCE_UNRESPONSIVE',
    `The user daemon (pid ${pid}) of ${paths.home} holds its lock but proves nothing — ${reason}`,
    {
      hint: `Look into ${paths.logFile}; \`agent-brain stop --mode shared --force\` ends the process.`,
      data: { pid, log_file: paths.logFile, reason },
    },
  );
