import type { DaemonRecord } from '@agent-brain/contract/instances';
import type { LoadedDaemonConfig } from '@agent-brain/runtime/config';
import { type DaemonPaths, daemonPaths } from '@agent-brain/runtime/daemon';
import { type Lifecycle, type LifecycleParts, newLifecycle } from '../lifecycle/index.ts';
import type { SharedProjects } from '../projects/index.ts';

/** What `agent-brain serve --shared` was asked to do. */
export interface DaemonOptions {
  /** Absolute; canonical once it is there. */
  readonly home: string;
  /** Configuration by flags, as text; goes before every other origin. */
  readonly flags: Readonly<Record<string, string>>;
}

/** The one server of a user and home, which serves many projects (docs/design/instances.md#user-daemon). */
export interface Daemon extends Lifecycle {
  readonly options: DaemonOptions;
  readonly paths: DaemonPaths;

  config?: LoadedDaemonConfig | undefined;
  projects?: SharedProjects | undefined;
  record?: DaemonRecord | undefined;
  /** Looks for lost daemons no longer; one that is being ended is ended. */
  endSweep?: (() => void) | undefined;
}

export const newDaemon = (options: DaemonOptions, parts: LifecycleParts): Daemon => ({
  ...newLifecycle(parts),
  options,
  paths: daemonPaths(options.home),
});
