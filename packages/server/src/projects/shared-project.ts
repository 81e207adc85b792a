import path from 'node:path';
import { asAgentBrainError, AgentBrainError } from '@agent-brain/contract/errors';
import type { DiscoveryPointer } from '@agent-brain/contract/instances';
import type { ServedProject } from '@agent-brain/contract/projects';
import { keepUnstaged } from '@agent-brain/runtime/project';
import { type EngineStatus, indexStatus } from '@agent-brain/search/engine';
import { hasUnfinishedJobs } from '../job-store/index.ts';
import { coalesced, guardStateDir } from '../watch/index.ts';
import { openProject } from './open-project.ts';
import { keepPointer, withdrawPointer } from './pointer.ts';
import { unknownProject } from './project-refusals.ts';
import { factsOf, factsOfUnloaded, type Project, type ProjectFacts } from './project.ts';
import type { ProjectLease } from './served-projects.ts';
import { settleMove } from './settle-move.ts';
import { sharedConfig } from './shared-config.ts';
import { logOf, type ProjectLog, type ProjectSurroundings } from './shared-options.ts';
import type { Registered } from './shared-registration.ts';

/*
 * A project of the user daemon. Its lock is held from registration to the end, its index is in memory only while it is used:
 *
 *   unloaded ──lease──► loading ──► loaded ──15 min without use──► closing ──► unloaded
 *      ▲                   │           │                              ▲
 *      └──── it failed ────┘           └── close: served no longer ───┘  then the pointer goes, then the lock
 *
 * A project is in use while a request has it (a lease), while its queue holds anything, and while its files change. Whether
 * it may be unloaded is asked, and its place is cleared, in one turn of the event loop: a lease that comes later finds it
 * unloaded, and waits until the one before has been closed. Nobody ever sees a project that is being closed.
 */

export class SharedProject {
  readonly #options: ProjectSurroundings;
  readonly #registered: Registered;
  readonly #log: ProjectLog;
  readonly #leaving = new AbortController();
  readonly #idle = new Set<() => void>();
  #loading: Promise<Project> | undefined;
  #project: Project | undefined;
  #closing: Promise<void> = Promise.resolve();
  #leases = 0;
  #lastUseMs: number;
  #hasBeenUsed = false;
  /** As of the last look at the index on disk; there is none newer while it is not loaded. */
  #index: EngineStatus | undefined;
  #mustSettleMove: boolean;
  #stopGuarding: () => void = () => {};

  constructor(registered: Registered, options: ProjectSurroundings) {
    this.#registered = registered;
    this.#options = options;
    this.#log = logOf(options.log, registered.paths.projectId);
    this.#lastUseMs = options.clock.now();
    this.#mustSettleMove = registered.moved;
  }

  get id(): string {
    return this.#registered.paths.projectId;
  }

  get root(): string {
    return this.#registered.paths.root;
  }

  get stateDir(): string {
    return this.#registered.paths.stateDir;
  }

  get storageDirectory(): string {
    return this.#registered.storage.directory;
  }

  get loaded(): Project | undefined {
    return this.#project;
  }

  get isLeaving(): boolean {
    return this.#leaving.signal.aborted;
  }

  /** Somebody asks it, or it has work to do. */
  get isBusy(): boolean {
    return this.#leases > 0 || this.#loading !== undefined || this.#project?.queue.busy === true;
  }

  get served(): ServedProject {
    return {
      project_id: this.id,
      project_root: this.root,
      name: path.basename(this.root) || this.root,
      state_dir: this.stateDir,
      loaded: this.#project !== undefined,
      last_used_at: this.#hasBeenUsed ? new Date(this.#lastUseMs).toISOString() : null,
    };
  }

  /** @throws PROJECT_UNKNOWN when it is served no longer; what opening throws, with the project's name */
  async lease(): Promise<ProjectLease> {
    if (this.isLeaving) throw unknownProject(this.id);
    this.#leases += 1;
    this.#touch();
    let isReleased = false;
    const release = (): void => {
      if (isReleased) return;
      isReleased = true;
      this.#release();
    };
    try {
      const project = this.#project ?? (await (this.#loading ??= this.#load()));
      return { project, signal: this.#leaving.signal, release };
    } catch (error) {
      release();
      throw error;
    }
  }

  look(): ProjectFacts {
    this.#index ??=
      this.#project === undefined ? indexStatus({ projectRoot: this.root, dataDir: this.#registered.paths.dataDir }) : undefined;
    return this.known() as ProjectFacts;
  }

  /** undefined: only the disk knows. */
  known(): ProjectFacts | undefined {
    if (this.#project !== undefined) return factsOf(this.#project);
    if (this.#index === undefined) return undefined;
    return factsOfUnloaded(this, this.#index);
  }

  /** Whether its lock still guards anything: the state dir may have been removed, moved or replaced. */
  get isLockHeld(): boolean {
    try {
      this.#registered.lock.assertHeld();
      return true;
    } catch {
      return false;
    }
  }

  hasUnfinishedJobs(): Promise<boolean> {
    return hasUnfinishedJobs(this.#registered.paths.queueFile);
  }

  /** Keeps the pointer in the state dir, by which clients find the project, and the state dir out of git. */
  async publish(): Promise<void> {
    const { instance, paths, environment } = this.#options;
    const pointer: DiscoveryPointer = {
      schema_version: 1,
      mode: 'shared',
      project_root: this.root,
      project_id: this.id,
      home: paths.home,
      base_url: instance.baseUrl(),
      instance_id: instance.instanceId,
    };
    const { paths: own } = this.#registered;
    const found = await keepPointer(own, pointer);
    if (found !== undefined) this.#log.debug({ runtime_file: own.runtimeFile, found }, 'the pointer was published');
    for (const warning of await keepUnstaged(own, environment)) this.#log.debug({}, warning);
  }

  /** Looks at it when somebody else changes what clients find it by. */
  guard(look: () => Promise<void>): void {
    const onRefused = (error: unknown): void => this.#log.warn({ err: error }, 'the state dir of the project could not be kept');
    const { clock } = this.#options;
    this.#stopGuarding = guardStateDir(this.stateDir, { clock, onChange: coalesced(look, onRefused), onRefused });
  }

  get lastUseMs(): number {
    return this.#lastUseMs;
  }

  /** Unless somebody uses it. */
  async unload(): Promise<void> {
    if (this.#project === undefined || this.isBusy) return;
    await this.#unload();
    this.#log.info({}, 'the project was unloaded; the next question loads it again');
  }

  /** Serves it no longer. What holds it is told, and has `drainMs` to let go; a running job is put back. */
  async close(drainMs: number): Promise<void> {
    this.#leaving.abort(unknownProject(this.id));
    this.#stopGuarding();
    await this.#loading?.catch(() => {});
    await Promise.all([this.#released(drainMs), this.#project?.watch.close(), this.#project?.queue.close(drainMs)]);
    await this.#unload();
    if (this.isLockHeld) await withdrawPointer(this.#registered.paths);
  }

  /** After {@link close}, and after whatever must not be seen by the next one who serves it. */
  async unlock(): Promise<void> {
    await this.#registered.lock.release();
  }

  async #load(): Promise<Project> {
    try {
      await this.#closing;
      const project = await this.#open();
      this.#project = project;
      return project;
    } catch (thrown) {
      throw loadFailed(this, thrown);
    } finally {
      this.#loading = undefined;
    }
  }

  async #open(): Promise<Project> {
    const { environment, clock, fairness, loadWatchSource, onJobEnded } = this.#options;
    const { paths } = this.#registered;
    const since = performance.now();
    const config = await sharedConfig(paths, this.#options, this.#log);
    const project = await openProject({
      paths,
      fairness,
      closedDirs: [paths.stateDir, this.storageDirectory],
      config,
      clock,
      log: this.#log,
      uid: environment.uid,
      env: environment.env,
      loadWatchSource,
      onUse: () => this.#touch(),
      onJobEnded,
    });
    try {
      await project.queue.recover();
    } catch (error) {
      await project.engine.close();
      throw error;
    }
    project.queue.start();
    project.watch.start();
    this.#log.info({ root: this.root, duration_ms: Math.round(performance.now() - since) }, 'the project was loaded');
    if (this.#mustSettleMove) this.#settleMove(project);
    return project;
  }

  #settleMove(project: Project): void {
    this.#mustSettleMove = false;
    settleMove(project, this.#registered.paths, this.#log).catch((error: unknown) =>
      this.#log.error({ err: error }, 'the moved project could not be verified again'),
    );
  }

  #unload(): Promise<void> {
    const project = this.#project;
    if (project === undefined) return this.#closing;
    this.#index = project.engine.status();
    this.#project = undefined;
    this.#closing = closeProject(project).catch((error: unknown) => this.#log.error({ err: error }, 'the project was not closed in order'));
    return this.#closing;
  }

  #touch(): void {
    this.#lastUseMs = this.#options.clock.now();
    this.#hasBeenUsed = true;
    this.#options.onUse();
  }

  #release(): void {
    this.#leases -= 1;
    this.#lastUseMs = this.#options.clock.now();
    if (this.#leases === 0) for (const wake of this.#idle) wake();
  }

  /** Until nobody holds it, and no longer than `waitMs`. */
  async #released(waitMs: number): Promise<void> {
    if (this.#leases === 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const cancel = this.#options.clock.after(waitMs, resolve);
    this.#idle.add(resolve);
    await promise;
    this.#idle.delete(resolve);
    cancel();
  }
}

async function closeProject({ watch, queue, engine }: Project): Promise<void> {
  await watch.close();
  await queue.close(0);
  await engine.close();
}

/** One project's trouble is told to those who ask for it, by its name. */
function loadFailed({ id, root }: SharedProject, thrown: unknown): AgentBrainError {
  const error = asAgentBrainError(thrown);
  return new AgentBrainError(error.code, `The project ${root} could not be loaded — ${error.message}`, {
    hint: error.hint,
    data: { ...error.data, project_id: id },
    cause: thrown,
  });
}
