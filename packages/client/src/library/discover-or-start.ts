import * as start from '../start/index.ts';
import { connectInstance } from './connect-instance.ts';
import type { Instance } from './instance.ts';
import { untilAborted } from './until-aborted.ts';

export interface DiscoverOrStartOptions {
  /**
   * `project`: by an instance of its own; `shared`: by the user daemon. A project that is served in the other mode is
   * switched. Default: as it is served now, else as it is configured.
   */
  readonly mode?: 'project' | 'shared' | undefined;
  /** Until the instance is ready. Default 30,000. */
  readonly timeoutMs?: number | undefined;
  /** Ends the waiting. An instance that was spawned already goes on starting. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * The running instance of the project around a path; when there is none, one is started in the background, on the same
 * way as by `agent-brain start`. Many callers at once, in one process or in several, get one instance. It outlives the
 * caller, and stops by itself when nobody has asked it anything for three hours.
 *
 * The program is `AGENT_BRAIN_BIN`, else the package `agent-brain` in a `node_modules` around this library or around
 * the script that runs, else `agent-brain` on PATH.
 *
 * @param projectPath as for `discover`
 * @throws SERVER_PROGRAM_MISSING, INSTANCE_START_FAILED, LOCK_TIMEOUT, STATE_DIR_NOT_WRITABLE, DISK_FULL,
 *   what `discover` throws; the signal's reason
 */
export async function discoverOrStart(projectPath: string, options: DiscoverOrStartOptions = {}): Promise<Instance> {
  return connectInstance(await untilAborted(options.signal, () => start.discoverOrStart(projectPath, options)));
}
