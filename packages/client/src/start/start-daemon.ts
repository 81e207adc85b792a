import type { DaemonPaths } from '@agent-brain/runtime/daemon';
import { ensurePrivateDirectory } from '@agent-brain/runtime/files';
import type { Daemon } from '../discovery/index.ts';
import { bringUp, type BringUpOptions, type BroughtUp, look } from './bring-up.ts';
import { endLostDaemons } from './end-lost-daemons.ts';
import { stopProcess, type Stopped, type StopOptions } from './stop-process.ts';
import { daemonSubject } from './subject.ts';
import { isOlder, newerWarning, replaceIfOlder } from './versions.ts';

/**
 * The user daemon of a home, started when none runs. An older one that is idle makes room, a busy one is kept.
 * @throws INSTANCE_START_FAILED, INSTANCE_UNRESPONSIVE, INSTANCE_INCOMPATIBLE, SERVER_PROGRAM_MISSING, LOCK_TIMEOUT,
 *   STATE_DIR_UNSAFE, STATE_DIR_NOT_WRITABLE, what the daemon said when it gave up; the signal's reason
 */
export async function startDaemon(paths: DaemonPaths, options: BringUpOptions): Promise<BroughtUp<Daemon>> {
  const subject = daemonSubject(paths);
  const first = await look(subject, options);
  const found: BroughtUp<Daemon> =
    first !== undefined && !isOlder(first)
      ? { running: first, started: false, replaced: undefined, warnings: [], server: undefined }
      : await bringUpInHome(paths, options);
  found.running.requireCompatible();
  return { ...found, warnings: [...found.warnings, ...newerWarning(found.running, subject.name)] };
}

async function bringUpInHome(paths: DaemonPaths, options: BringUpOptions): Promise<BroughtUp<Daemon>> {
  await ensurePrivateDirectory(paths.home, { uid: options.environment.uid });
  const subject = daemonSubject(paths);
  return await bringUp(subject, options, (running) => replaceIfOlder(running, subject, { signal: options.signal }));
}

/**
 * Stops the daemon of a home, or, where there is none, those that have lost the home's lock.
 * @throws as `stopProcess` and `endLostDaemons`
 */
export async function stopDaemon(paths: DaemonPaths, options: StopOptions = {}): Promise<Stopped & { readonly notes: string[] }> {
  const stopped = await stopProcess(daemonSubject(paths), options);
  if (stopped.was_running) return { ...stopped, notes: [] };
  const since = performance.now();
  const { ended, notes } = await endLostDaemons(paths, options.signal);
  const [last] = ended;
  const duration_ms = stopped.duration_ms + Math.round(performance.now() - since);
  return { ...stopped, ...(last === undefined ? {} : { ...last, was_running: true, duration_ms }), notes: [...notes] };
}
