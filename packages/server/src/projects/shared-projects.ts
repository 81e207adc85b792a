import { AgentBrainError } from '@agent-brain/contract/errors';
import type { ProjectRemoval, ServedProject } from '@agent-brain/contract/projects';
import fs from 'node:fs/promises';
import { homePaths } from '@agent-brain/runtime/project';
import { noteMode, readRegistry } from '@agent-brain/runtime/registry';
import { newPrecedence } from '@agent-brain/search/engine';
import { JobTurns } from '../jobs/index.ts';
import type { Project, ProjectFacts } from './project.ts';
import type { ProjectLease, ServedProjects } from './served-projects.ts';
import type { ProjectSurroundings, SharedProjectsOptions } from './shared-options.ts';
import { SharedProject, unknownProject } from './shared-project.ts';
import { environmentOfProjects, register, rootOf } from './shared-registration.ts';

/** The projects of the user daemon; its life calls these in this order, `tend` again and again. */
export interface SharedProjects extends ServedProjects {
  /** Takes the locks of the projects that the registry says are shared; opens none. Those that cannot be had are left out, and logged. */
  restore(): Promise<void>;
  /** Once the daemon listens: tells clients where it is, and goes on with jobs that an earlier daemon left. */
  start(): Promise<void>;
  /** A look at each project: whether it is still ours and clients find it; unloads what is idle. */
  tend(nowMs: number): Promise<void>;
  /** Unloads projects that nobody used for 15 minutes. */
  unloadIdle(nowMs: number): Promise<void>;
  activeCount(): number;
  /** A request holds a project, or a job runs or waits. */
  busy(): boolean;
  /** Serves nothing any more. Jobs are put back, pointers and locks given up; the registry goes on saying `shared`. */
  close(drainMs: number): Promise<void>;
}

export const newSharedProjects = (options: SharedProjectsOptions): SharedProjects => new ProjectsOfDaemon(options);

/** Time that jobs and requests of a project that leaves get (contract: instances, "Commands", stop). */
const DRAIN_MS = 10_000;
/** Projects that are registered at once while the daemon starts. */
const RESTORE_AT_ONCE = 8;

class ProjectsOfDaemon implements SharedProjects {
  readonly mode = 'shared';
  readonly #options: ProjectSurroundings;
  readonly #projects = new Map<string, SharedProject>();
  /** Changes of what is served, one after another for each root. */
  readonly #changes = new Map<string, Promise<unknown>>();
  #state: 'starting' | 'started' | 'closed' = 'starting';

  constructor(options: SharedProjectsOptions) {
    this.#options = {
      ...options,
      environment: environmentOfProjects(options.environment),
      fairness: { turns: new JobTurns(options.config.values.max_concurrent_indexing), precedence: newPrecedence() },
    };
  }

  get count(): number {
    return this.#projects.size;
  }

  activeCount(): number {
    return this.count;
  }

  loaded(): Project[] {
    return [...this.#projects.values()].flatMap(({ loaded }) => loaded ?? []);
  }

  async use<T>(id: string | undefined, work: (project: Project) => T | Promise<T>): Promise<T> {
    const { project, release } = await this.lease(id);
    try {
      return await work(project);
    } finally {
      release();
    }
  }

  async lease(id: string | undefined): Promise<ProjectLease> {
    return await this.#find(id).lease();
  }

  look(id: string | undefined): ProjectFacts {
    return this.#find(id).look();
  }

  known(): ProjectFacts[] {
    return [...this.#projects.values()].flatMap((project) => project.known() ?? []);
  }

  list(): ServedProject[] {
    return [...this.#projects.values()].map(({ served }) => served);
  }

  busy(): boolean {
    return this.#changes.size > 0 || [...this.#projects.values()].some(({ isBusy }) => isBusy);
  }

  async restore(): Promise<void> {
    const { environment, log } = this.#options;
    const { registry, warnings } = await readRegistry(homePaths(environment));
    for (const warning of warnings) log.warn({}, warning);
    const roots = [...new Set(registry.entries.filter(({ mode }) => mode === 'shared').map(({ project_root }) => project_root))];
    const next = roots.values();
    const worker = async (): Promise<void> => {
      for (const root of next) await this.#restoreOne(root);
    };
    await Promise.all(Array.from({ length: RESTORE_AT_ONCE }, worker));
  }

  async start(): Promise<void> {
    this.#state = 'started';
    await Promise.all([...this.#projects.values()].map((project) => this.#publish(project)));
    void this.#resumeJobs();
  }

  async tend(nowMs: number): Promise<void> {
    await this.#dropLost();
    await Promise.all([...this.#projects.values()].map((project) => this.#publish(project)));
    await this.unloadIdle(nowMs);
  }

  async unloadIdle(nowMs: number): Promise<void> {
    await Promise.all([...this.#projects.values()].map((project) => project.unloadIfIdle(nowMs)));
  }

  async add(given: string): Promise<ServedProject> {
    this.#refuseIfClosed();
    await this.#dropLost();
    const root = await rootOf(given, this.#options.environment);
    return await this.#inTurn(root, async () => {
      this.#refuseIfClosed();
      const project = this.#at(root) ?? (await this.#register(root));
      if (this.#state === 'started') await project.publish();
      return project.served;
    });
  }

  async remove(id: string, { purge }: { purge: boolean }): Promise<ProjectRemoval> {
    const { root } = this.#find(id);
    return await this.#inTurn(root, async () => {
      const project = this.#find(id);
      const storage = project.storageDirectory;
      await project.close(DRAIN_MS);
      try {
        if (purge) await fs.rm(storage, { recursive: true, force: true });
        await noteMode(homePaths(this.#options.environment), project.stateDir, 'project');
      } finally {
        await this.#leave(project);
      }
      this.#options.log.info({ project_id: id, root, purged: purge }, 'the project is served no longer');
      return { project_id: id, purged: purge, storage };
    });
  }

  async close(drainMs: number): Promise<void> {
    this.#state = 'closed';
    await Promise.allSettled(this.#changes.values());
    await Promise.all(
      [...this.#projects.values()].map(async (project) => {
        await project.close(drainMs).catch((error: unknown) => this.#complain(project, error, 'the project was not closed in order'));
        await this.#leave(project);
      }),
    );
  }

  #find(id: string | undefined): SharedProject {
    this.#refuseIfClosed();
    if (id === undefined) {
      const served = this.count === 1 ? '1 is' : `${this.count} are`;
      throw new AgentBrainError('PROJECT_ID_REQUIRED', `The request names no project, and ${served} served here`);
    }
    const project = this.#projects.get(id);
    if (project === undefined || project.isLeaving) throw unknownProject(id);
    return project;
  }

  #at(root: string): SharedProject | undefined {
    return [...this.#projects.values()].find((project) => project.root === root);
  }

  async #register(root: string): Promise<SharedProject> {
    const project = new SharedProject(await register(root, this.#options), this.#options);
    this.#projects.set(project.id, project);
    this.#options.log.info({ project_id: project.id, root }, 'the project is served');
    return project;
  }

  async #restoreOne(root: string): Promise<void> {
    try {
      await this.#register(await rootOf(root, this.#options.environment));
    } catch (error) {
      this.#options.log.warn({ root, err: error }, 'a project of the registry is not served');
    }
  }

  /** One after another: 50 projects that are loaded at once would take the memory of all of them. */
  async #resumeJobs(): Promise<void> {
    for (const project of this.#projects.values()) {
      try {
        if (await project.hasUnfinishedJobs()) (await project.lease()).release();
      } catch (error) {
        if (this.#state !== 'closed') this.#complain(project, error, 'jobs that an earlier daemon left do not go on');
      }
    }
  }

  /** Whoever removed or moved the state dir has taken the project from us; what stands there now is not ours to touch. */
  async #dropLost(): Promise<void> {
    const lost = [...this.#projects.values()].filter((project) => !project.isLeaving && !project.isLockHeld);
    await Promise.all(
      lost.map((project) =>
        this.#inTurn(project.root, async () => {
          this.#complain(
            project,
            undefined,
            'the lock of the project was lost: its state dir was removed, moved or replaced; it is served no longer',
          );
          await project.close(DRAIN_MS);
          await this.#leave(project);
        }),
      ),
    );
  }

  async #publish(project: SharedProject): Promise<void> {
    if (project.isLeaving) return;
    await project.publish().catch((error: unknown) => this.#complain(project, error, 'the pointer of the project could not be written'));
  }

  async #leave(project: SharedProject): Promise<void> {
    this.#projects.delete(project.id);
    await project.unlock();
  }

  async #inTurn<T>(root: string, work: () => Promise<T>): Promise<T> {
    const before = this.#changes.get(root) ?? Promise.resolve();
    const turn = before.catch(() => {}).then(work);
    this.#changes.set(root, turn);
    try {
      return await turn;
    } finally {
      if (this.#changes.get(root) === turn) this.#changes.delete(root);
    }
  }

  #complain({ id, root }: SharedProject, error: unknown, message: string): void {
    this.#options.log.warn({ project_id: id, root, ...(error === undefined ? {} : { err: error }) }, message);
  }

  #refuseIfClosed(): void {
    if (this.#state === 'closed') throw new AgentBrainError('SHUTTING_DOWN', 'No project is served any more — the daemon is stopping');
  }
}
