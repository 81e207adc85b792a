import * as discovery from '../discovery/index.ts';
import { connectInstance } from './connect-instance.ts';
import type { Instance } from './instance.ts';
import { untilAborted } from './until-aborted.ts';

export interface DiscoverOptions {
  /** How long an instance that lives may take to prove itself. Default 10,000: a busy machine is no death. */
  readonly timeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The running instance of the project around a path, or null. Starts nothing and makes no file; what a dead instance
 * left behind is cleaned away. The project is the outermost git repository around the path, and so on: docs/client.md.
 *
 * @param projectPath a directory, absolute or relative to the working directory
 * @throws INSTANCE_UNRESPONSIVE it holds its lock and proves nothing; INSTANCE_INCOMPATIBLE; PROJECT_PATH_MISSING,
 *   PROJECT_PATH_NOT_DIRECTORY, PROJECT_ROOT_REFUSED, STATE_DIR_UNSAFE, LOCK_UNSUPPORTED; the signal's reason
 */
export async function discover(projectPath: string, options: DiscoverOptions = {}): Promise<Instance | null> {
  const found = await untilAborted(options.signal, () => discovery.discover(projectPath, options));
  return found === null ? null : connectInstance(found);
}
