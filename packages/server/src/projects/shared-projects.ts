import fs from 'node:fs/promises';
import { AgentBrainError } from '@agent-brain/contract/errors';
import type { ProjectRemoval, ServedProject } from '@agent-brain/contract/projects';
import { homePaths, refuseSystemDirectory } from '@agent-brain/runtime/project';
import { noteMode, readRegistry } from '@agent-brain/runtime/registry';
import { newPrecedence } from '@agent-brain/search/engine';
import { JobTurns } from '../jobs/index.ts';
import { finishJobs } from './finish-jobs.ts';
import type { Project, ProjectFacts } from './project.ts';
import { RestoredProjects } from './restored-projects.ts';
import type { ProjectLease, ServedProjects } from './served-projects.ts';
import type { ProjectSurroundings, SharedProjectsOptions } from './shared-options.ts';
import { idRequired, unknownProject } from './project-refusals.ts';
import { SharedProject } from './shared-project.ts';
import { environmentOfProjects, register, rootOf } from './shared-registration.ts';

/** The projects of the user daemon; its life calls these in this order, `tend` again and again. */
export interface SharedProjects extends ServedProjects {
  /** Reads in the registry which projects the daemon before this one served. */
  restore(): Promise<void>;
  /**
   * Once the daemon listens. In the background it takes the locks of those projects, tells clients where it is, and goes on
   * with the jobs that are left; whoever asks for one of them meanwhile has it first. Those that cannot be had are left out.
   */
  start(): void;
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

/** Time that jobs and requests of a project that leaves get (docs/design/instances.md#commands). */
const DRAIN_MS = 10_000;
/**
 * More projects that nobody uses at the moment do not stay in memory. One that is asked takes some 12 MB; one that was just
 * indexed up to 90 for its threads, until these end after 20 s.
 */
const IDLE_IN_MEMORY = 3;

/** Projects whose changed files are taken over at once. Most are done in milliseconds; all of them are compared when they are loaded. */
const UPDATES_AT_ONCE = 4;

class ProjectsOfDaemon implements SharedProjects {
  readonly mode = 'shared';
  readonly #options: ProjectSurroundings;
  readonly #projects = new Map<string, SharedProject>();
  readonly #restored: RestoredProjects;
  /** Changes of what is served, one after another for each root. */
  readonly #changes = new Map<string, Promise<unknown>>();
  #state: 'starting' | 'started' | 'closed' = 'starting';

  constructor(options: SharedProjectsOptions) {
    this.#options = {
      ...options,
      environment: environmentOfProjects(options.environment),
      fairness: {
        turns: new JobTurns(options.config.values.max_concurrent_indexing),
        updates: new JobTurns(UPDATES_AT_ONCE),
        precedence: newPrecedence(),
      },
    };
    this.#restored = new RestoredProjects((entry) => this.#restoreOne(entry.project_root));
  }

  get count(): number {
    return this.#projects.size + this.#restored.waiting.length;
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
    const { release, ...lease } = await (await this.#find(id)).lease();
    return {
      ...lease,
      release: () => {
        release();
        void this.#makeRoom();
      },
    };
  }

  async look(id: string | undefined): Promise<ProjectFacts> {
    return (await this.#find(id)).look();
  }

  known(): ProjectFacts[] {
    return [...this.#projects.values()].flatMap((project) => project.known() ?? []);
  }

  list(): ServedProject[] {
    const served = [...this.#projects.values()].map((project) => project.served);
    const waiting = this.#restored.waiting.map(({ project_id, project_root, name, state_dir }) => ({
      project_id,
      project_root,
      name,
      state_dir,
      loaded: false,
      last_used_at: null,
    }));
    return [...served, ...waiting];
  }

  busy(): boolean {
    return this.#changes.size > 0 || [...this.#projects.values()].some(({ isBusy }) => isBusy);
  }

  async restore(): Promise<void> {
    const { environment, log } = this.#options;
    const { registry, warnings } = await readRegistry(homePaths(environment));
    for (const warning of warnings) log.warn({}, warning);
    this.#restored.wait(registry.entries.filter(({ mode }) => mode === 'shared'));
  }

  start(): void {
    this.#state = 'started';
    void this.#restored.takeAll().then(() => this.#resumeJobs());
  }

  async tend(nowMs: number): Promise<void> {
    await this.#dropLost();
    await Promise.all([...this.#projects.values()].map((project) => this.#publish(project)));
    await this.unloadIdle(nowMs);
    await this.#makeRoom();
  }

  async unloadIdle(nowMs: number): Promise<void> {
    const { unloadAfterMs } = this.#options;
    const unused = [...this.#projects.values()].filter((project) => nowMs - project.lastUseMs >= unloadAfterMs);
    await Promise.all(unused.map((project) => project.unload()));
  }

  async add(given: string, { allowSystemDirectory = false }: { readonly allowSystemDirectory?: boolean } = {}): Promise<ServedProject> {
    this.#refuseIfClosed();
    await this.#dropLost();
    const root = await rootOf(given, this.#options.environment);
    if (!allowSystemDirectory)
      await refuseSystemDirectory(root, this.#options.environment, 'Send `allow_system_directory: true` if you mean it.');
    await this.#restored.takeRoot(root);
    return await this.#inTurn(root, async () => {
      const project = this.#at(root) ?? (await this.#register(root));
      // Also when it is known: whoever asks again has not found it.
      if (!project.isLeaving) await project.publish();
      return project.served;
    });
  }

  async remove(id: string, { purge }: { purge: boolean }): Promise<ProjectRemoval> {
    const { root } = await this.#find(id);
    return await this.#inTurn(root, async () => {
      const project = await this.#find(id);
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
    this.#restored.forget();
    await Promise.allSettled(this.#changes.values());
    await Promise.all(
      [...this.#projects.values()].map(async (project) => {
        await project.close(drainMs).catch((error: unknown) => this.#complain(project, error, 'the project was not closed in order'));
        await this.#leave(project);
      }),
    );
  }

  async #find(id: string | undefined): Promise<SharedProject> {
    this.#refuseIfClosed();
    if (id === undefined) throw idRequired(this.list());
    await this.#restored.takeId(id);
    const project = this.#projects.get(id);
    if (project === undefined || project.isLeaving) throw unknownProject(id);
    return project;
  }

  #at(root: string): SharedProject | undefined {
    return [...this.#projects.values()].find((project) => project.root === root);
  }

  async #register(root: string): Promise<SharedProject> {
    this.#refuseIfClosed();
    const project = new SharedProject(await register(root, this.#options), this.#options);
    this.#projects.set(project.id, project);
    project.guard(() => (project.isLockHeld ? this.#publish(project) : this.#dropLost()));
    this.#options.log.info({ project_id: project.id, root }, 'the project is served');
    return project;
  }

  /** Never rejects. */
  async #restoreOne(given: string): Promise<void> {
    try {
      const root = await rootOf(given, this.#options.environment);
      await this.#inTurn(root, async () => await this.#publish(this.#at(root) ?? (await this.#register(root))));
    } catch (error) {
      if (this.#state !== 'closed') this.#options.log.warn({ root: given, err: error }, 'a project of the registry is not served');
    }
  }

  /** No more projects at once than may run a job: the others would wait in memory. */
  async #resumeJobs(): Promise<void> {
    const next = [...this.#projects.values()].values();
    const worker = async (): Promise<void> => {
      for (const project of next) await this.#finishJobs(project);
    };
    await Promise.all(Array.from({ length: this.#options.config.values.max_concurrent_indexing }, worker));
  }

  async #finishJobs(project: SharedProject): Promise<void> {
    try {
      if (!project.isLeaving && this.#state !== 'closed') await finishJobs(project);
    } catch (error) {
      if (this.#state !== 'closed') this.#complain(project, error, 'jobs that an earlier daemon left do not go on');
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

  /** Those that were used last stay. */
  async #makeRoom(): Promise<void> {
    const idle = [...this.#projects.values()].filter(({ loaded, isBusy }) => loaded !== undefined && !isBusy);
    const byUse = idle.toSorted((a, b) => b.lastUseMs - a.lastUseMs);
    await Promise.all(byUse.slice(IDLE_IN_MEMORY).map((project) => project.unload()));
  }

  async #publish(project: SharedProject): Promise<void> {
    if (project.isLeaving || this.#state !== 'started') return;
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
