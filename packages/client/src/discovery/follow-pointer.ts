import fsSync from 'node:fs';
import fs from 'node:fs/promises';
import path from 'node:path';
import { AgentBrainError } from '@agent-brain/contract/errors';
import type { DaemonPaths } from '@agent-brain/runtime/daemon';
import type { ServedByDaemon } from '@agent-brain/runtime/discovery';
import { isSameProcess } from '@agent-brain/runtime/process';
import { askDaemon } from './ask-daemon.ts';
import type { Daemon } from './daemon.ts';
import { daemonMarker } from './find-daemon.ts';
import type { Instance } from './instance.ts';
import type { FindOptions, ProcessState } from './process-state.ts';
import type { ProjectLocation } from './project-location.ts';

/**
 * From a project whose record says that a user daemon serves it to that daemon. The pointer lies in a repository, so nothing in
 * it is believed: the daemon of the own home is found by its own record, lock and proof, and says itself whether it serves the
 * project. A daemon of another home cannot be told from one that somebody has packed into an archive.
 *
 * @throws STATE_DIR_UNSAFE, what `discoverDaemon` throws; the signal's reason
 */
export async function followPointer(
  location: ProjectLocation,
  { pointer, holder }: ServedByDaemon,
  options: Omit<FindOptions, 'readOnly'>,
): Promise<ProcessState<Instance>> {
  const { daemon } = location;
  const isNamed = ({ instanceId, pid, processStartedAt }: Daemon): boolean =>
    pointer.home === daemon.home &&
    pointer.instance_id === instanceId &&
    pointer.project_root === location.root &&
    (holder === undefined || (holder.pid === pid && holder.process_started_at === processStartedAt));
  const found = await askDaemon(location, options, isNamed);
  if (found.state === 'running' || found.state === 'unresponsive') return found;
  await refuseOtherHome(pointer.home, location);
  if (found.state === 'stopped' && (await isDaemonOf(daemon, holder)))
    return {
      state: 'unresponsive',
      pid: holder?.pid ?? null,
      error: daemonLost(daemon, location, holder),
      isDaemon: true,
      lostHome: daemon.home,
    };
  // The daemon has left a pointer behind, and another process begins to serve the project, or cleans up.
  return { state: 'starting' };
}

type Holder = ServedByDaemon['holder'];

/** A daemon gives up its projects before its own lock: one that still holds a project without it has lost it. */
const isDaemonOf = async (daemon: DaemonPaths, holder: Holder): Promise<boolean> =>
  holder !== undefined && (await isSameProcess(holder, { marker: daemonMarker(daemon) })) === 'same';

function daemonLost({ home, lockFile }: DaemonPaths, { root }: ProjectLocation, holder: Holder): AgentBrainError {
  const pid = holder?.pid ?? null;
  const why = fsSync.existsSync(home) ? `its lock ${lockFile} was removed` : `its home ${home} was removed`;
  return new AgentBrainError('INSTANCE_UNRESPONSIVE', `The user daemon (pid ${pid}) that serves ${root} is lost — ${why}`, {
    hint: 'It ends by itself within 30 s; `agent-brain stop` waits for that or ends it at once, `agent-brain start` starts anew.',
    data: { pid, home },
  });
}

/** @throws STATE_DIR_UNSAFE */
async function refuseOtherHome(home: string, { paths, daemon }: ProjectLocation): Promise<void> {
  if (home === daemon.home) return;
  const real = path.isAbsolute(home) ? await fs.realpath(home).catch(() => undefined) : undefined;
  if (real === daemon.home) return;
  const named = JSON.stringify(home);
  throw new AgentBrainError(
    'STATE_DIR_UNSAFE',
    `Will not follow ${paths.runtimeFile} to the user daemon of ${named} — a record in a project counts only for your own home, ${daemon.home}`,
    {
      hint: `If ${named} is yours, set AGENT_BRAIN_HOME to it; otherwise remove ${paths.runtimeFile}.`,
      data: { file: paths.runtimeFile, home },
    },
  );
}
