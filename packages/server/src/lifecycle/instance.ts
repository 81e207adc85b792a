import type { ConfigValues } from '@agent-brain/contract/config';
import type { ProjectRuntimeRecord } from '@agent-brain/contract/instances';
import type { PreparedStateDir, ProjectPaths } from '@agent-brain/runtime/project';
import { OwnProject } from '../projects/index.ts';
import { type Lifecycle, type LifecycleParts, newLifecycle } from './lifecycle.ts';

/** What `agent-brain serve` was asked to do for one project. Paths are absolute. */
export interface ServeOptions {
  /** Canonical. */
  readonly projectRoot: string;
  readonly stateDir: string;
  /** Configuration by flags, as text; goes before every other origin. */
  readonly flags: Readonly<Record<string, string>>;
}

/** A running server of one project. */
export interface Instance extends Lifecycle {
  readonly options: ServeOptions;
  readonly project: OwnProject;

  prepared?: PreparedStateDir | undefined;
  /** With the directories that the configuration names. */
  paths?: ProjectPaths | undefined;
  config?: ConfigValues | undefined;
  record?: ProjectRuntimeRecord | undefined;
  /** The registry knows of this start, or the log says why not. */
  startNoted?: Promise<void> | undefined;
}

export const newInstance = (options: ServeOptions, parts: LifecycleParts): Instance => ({
  ...newLifecycle(parts),
  options,
  project: new OwnProject(),
});
