import type { ProjectRemoval, ServedProject } from '@agent-brain/contract/projects';
import type { Project, ProjectFacts } from './project.ts';

/** A project that stays in memory until `release`. */
export interface ProjectLease {
  readonly project: Project;
  /** Aborts when the project is served no longer; whoever holds on to it is to let go. */
  readonly signal: AbortSignal;
  /** Again: nothing. */
  release(): void;
}

/**
 * The projects that this process serves, as its doors see them. An instance of one project has exactly one; it is the
 * answer to every question, whatever id the caller names (docs/design/instances.md#user-daemon).
 */
export interface ServedProjects {
  readonly mode: 'project' | 'shared';
  /** How many are served, in memory or not. */
  readonly count: number;
  /** Those in memory. */
  loaded(): Project[];
  /**
   * Runs `work` with a project, which is loaded for it and stays so until it has ended.
   *
   * @throws PROJECT_ID_REQUIRED, PROJECT_UNKNOWN, SHUTTING_DOWN; what loading throws, which names the project; what `work` throws
   */
  use<T>(id: string | undefined, work: (project: Project) => T | Promise<T>): Promise<T>;
  /** For what outlives a call. @throws as {@link use} */
  lease(id: string | undefined): Promise<ProjectLease>;
  /** How a project stands; loads nothing. @throws PROJECT_ID_REQUIRED, PROJECT_UNKNOWN, SHUTTING_DOWN */
  look(id: string | undefined): Promise<ProjectFacts>;
  /** All of which that is known without a look at the disk. */
  known(): ProjectFacts[];
  list(): ServedProject[];
  /**
   * Serves a project; one that is served already stays as it is.
   *
   * @param root absolute
   * @throws MODE_UNAVAILABLE, REQUEST_INVALID, INSTANCE_ALREADY_RUNNING; what preparing its state dir throws
   */
  add(root: string, options?: { readonly allowSystemDirectory?: boolean }): Promise<ServedProject>;
  /** Serves a project no longer. @throws MODE_UNAVAILABLE, PROJECT_UNKNOWN */
  remove(id: string, options: { purge: boolean }): Promise<ProjectRemoval>;
}
