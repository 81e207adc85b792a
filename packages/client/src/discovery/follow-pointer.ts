import fsSync from 'node:fs';
import fs from 'node:fs/promises';
import path from 'node:path';
import { AgentBrainError } from '@agent-brain/contract/errors';
import { type DaemonPaths, daemonPaths } from '@agent-brain/runtime/daemon';
import { discoverDaemon, type ServedByDaemon } from '@agent-brain/runtime/discovery';
import { isSameProcess } from '@agent-brain/runtime/process';
import { daemonMarker, daemonUnresponsive } from './find-daemon.ts';
import { Instance } from './instance.ts';
import type { FindOptions, ProcessState } from './process-state.ts';
import type { ProjectLocation } from './project-location.ts';

/**
 * From a project to the user daemon that holds its lock: the daemon is found by its own record, lock and proof, in its
 * own home. The address in the pointer is for people.
 *
 * @throws STATE_DIR_UNSAFE, what `discoverDaemon` throws; the signal's reason
 */
export async function followPointer(
  location: ProjectLocation,
  { pointer, holder }: ServedByDaemon,
  options: Omit<FindOptions, 'readOnly'>,
): Promise<ProcessState<Instance>> {
  const askedAt = performance.now();
  const daemon = await trustedDaemon(pointer.home, location);
  const found = await discoverDaemon(daemon, options);
  if (found.state === 'unresponsive')
    return { state: 'unresponsive', pid: found.pid, error: daemonUnresponsive(daemon, found), isDaemon: true };
  if (found.state === 'stopped' && (await isDaemonOf(daemon, holder)))
    return {
      state: 'unresponsive',
      pid: holder?.pid ?? null,
      error: daemonLost(daemon, location, holder),
      isDaemon: true,
      lostHome: daemon.home,
    };
  // The daemon has left a pointer behind, and another process begins to serve the project, or cleans up.
  if (found.state !== 'running') return { state: 'starting' };
  const { record, health } = found;
  const isHeldByAnother = holder !== undefined && (holder.pid !== record.pid || holder.process_started_at !== record.process_started_at);
  if (isHeldByAnother) return { state: 'starting' };
  return { state: 'running', instance: new Instance(record, pointer, health, performance.now() - askedAt) };
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

/**
 * A pointer lies in a repository, so its home is a claim. Our own home is trusted; another one (of a shell with another
 * AGENT_BRAIN_HOME) must be what no clone can bring along and nobody else can change: a directory outside the project
 * that belongs to this user and is closed to all others.
 *
 * @throws STATE_DIR_UNSAFE
 */
async function trustedDaemon(home: string, { root, paths, daemon, uid }: ProjectLocation): Promise<DaemonPaths> {
  if (home === daemon.home) return daemon;
  const refuse = (why: string): AgentBrainError =>
    new AgentBrainError('STATE_DIR_UNSAFE', `Will not follow ${paths.runtimeFile} to the user daemon of ${JSON.stringify(home)} — ${why}`, {
      hint: `Remove ${paths.runtimeFile}, then run \`agent-brain start\`.`,
      data: { file: paths.runtimeFile, home },
    });
  if (!path.isAbsolute(home)) throw refuse('it is not an absolute path');
  const real = await fs.realpath(home).catch(() => undefined);
  if (real === undefined) throw refuse('there is no such directory');
  if (real === daemon.home) return daemon;
  const found = await fs.lstat(real);
  if (!found.isDirectory()) throw refuse('it is not a directory');
  if (uid < 0) throw refuse('it is not the home of this user');
  if (found.uid !== uid) throw refuse(`it belongs to user ${found.uid}, not to user ${uid}`);
  if ((found.mode & 0o077) !== 0) throw refuse('others may enter it');
  if (real === root || real.startsWith(root + path.sep)) throw refuse('it lies in the project itself');
  return daemonPaths(real);
}
