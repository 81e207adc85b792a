import type { StartResult } from '@agent-brain/contract/commands';
import type { Environment } from '@agent-brain/runtime/project';
import type { Instance, Mode } from '../discovery/index.ts';
import type { SpawnedServer } from './spawn-server.ts';

export interface StartOptions {
  readonly environment: Environment;
  /** Absolute path of the program of the caller's own installation. */
  readonly program?: string | undefined;
  /** Of an instance of its own. */
  readonly port?: number | undefined;
  /** Switches a project that is served in the other mode. Default: as it is served, else as it is configured. */
  readonly mode?: Mode | undefined;
  /** Until it is ready, the wait for other starters included. Default 30 s. */
  readonly timeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called once when it takes a moment. */
  readonly onWait?: (() => void) | undefined;
  /** Keep the child, to wait for its end. */
  readonly foreground?: boolean | undefined;
}

export interface Started {
  readonly instance: Instance;
  readonly result: StartResult & { readonly project_root: string };
  /** The server in the foreground, to wait for; undefined when it runs by itself. */
  readonly server: SpawnedServer | undefined;
}

const DEFAULT_TIMEOUT_MS = 30_000;

/** When a start began and when its time is over, of `performance.now()`. */
export interface Times {
  readonly startedAt: number;
  readonly deadline: number;
}

export function timesOf({ timeoutMs }: Pick<StartOptions, 'timeoutMs'>): Times {
  const startedAt = performance.now();
  return { startedAt, deadline: startedAt + (timeoutMs ?? DEFAULT_TIMEOUT_MS) };
}
