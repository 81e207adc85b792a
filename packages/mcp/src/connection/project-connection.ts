import { setTimeout as sleep } from 'node:timers/promises';
import { type ApiClient, type CallOptions, waitForJob } from '@agent-brain/client/api';
import { findInstance, isInitialised, locateProject, type ProjectLocation } from '@agent-brain/client/discovery';
import { startInstance } from '@agent-brain/client/start';
import type { DoorId } from '@agent-brain/contract/doors';
import { type ErrorCode, isAgentBrainError } from '@agent-brain/contract/errors';
import type { Job } from '@agent-brain/contract/jobs';
import type { RouteInput, RouteResponse } from '@agent-brain/contract/routes';
import type { Environment } from '@agent-brain/runtime/project';
import type { Connection, FollowOptions, Outlook } from './connection.ts';

export interface ProjectConnectionOptions {
  readonly environment: Environment;
  /** Value of `--project`. Default: the project around the working directory. */
  readonly project?: string | undefined;
  /** Absolute path of the program of the caller's own installation. */
  readonly program?: string | undefined;
}

/** After these the instance may be another one by now, or none. All calls of the tools can be made twice. */
const lossCodes: readonly ErrorCode[] = [
  'INSTANCE_NOT_RUNNING',
  'INSTANCE_NO_ANSWER',
  'TOKEN_INVALID',
  'SHUTTING_DOWN',
  'INDEX_CLOSED',
  'RESPONSE_INVALID',
  // The user daemon has forgotten the project, or somebody took it from it: a start registers it again.
  'PROJECT_UNKNOWN',
];
/** An instance that stops may take ten seconds to drain; the next one needs its lock. */
const RECOVERY_MS = 20_000;
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 1_000;

/**
 * The instance of the project around a directory: found, or started, when the first call needs it, and again after it
 * was lost. Many calls at once share one start.
 */
export class ProjectConnection implements Connection {
  /** The working directory binds the project; the clients of a shared instance say which one it is by themselves. */
  readonly scope = {};
  readonly #options: ProjectConnectionOptions;
  #location: Promise<ProjectLocation> | undefined;
  /** Keeps its connections for the next calls; those of an instance that was lost end by themselves. */
  #client: Promise<ApiClient> | undefined;

  constructor(options: ProjectConnectionOptions) {
    this.#options = options;
  }

  /** Brings the instance of a project that was initialised up ahead of the first call; others are left alone. */
  async warmUp(): Promise<void> {
    try {
      if (await isInitialised(await this.#locate(), this.#options.environment)) await this.#reach();
    } catch {
      // The first call says what is wrong.
    }
  }

  call<Id extends DoorId>(id: Id, input: RouteInput<Id>, options: CallOptions): Promise<RouteResponse<Id>> {
    return this.#use((client) => client.call(id, input, options), options.signal);
  }

  follow(jobId: string, options: FollowOptions): Promise<Job> {
    return this.#use((client) => waitForJob(client, jobId, options), options.signal);
  }

  async outlook(): Promise<Outlook> {
    const location = await this.#locate();
    const isServed =
      (await isInitialised(location, this.#options.environment)) || (await findInstance(location, { readOnly: true })).state === 'running';
    return { projectRoot: location.root, projectId: location.paths.projectId, isServed };
  }

  async #use<Result>(ask: (client: ApiClient) => Promise<Result>, signal: AbortSignal | undefined): Promise<Result> {
    const giveUpAt = performance.now() + RECOVERY_MS;
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
      const reached = this.#reach();
      const client = await unlessAborted(reached, signal);
      try {
        return await ask(client);
      } catch (error) {
        if (signal?.aborted === true || !isLoss(error) || performance.now() > giveUpAt) throw error;
        if (this.#client === reached) this.#client = undefined;
      }
      await unlessAborted(sleep(pauseMs), signal);
    }
  }

  /** One look for all who ask at the same time; it goes on when one of them leaves. */
  #reach(): Promise<ApiClient> {
    if (this.#client !== undefined) return this.#client;
    const reached = this.#start();
    this.#client = reached;
    reached.catch(() => {
      if (this.#client === reached) this.#client = undefined;
    });
    return reached;
  }

  async #start(): Promise<ApiClient> {
    const { environment, program } = this.#options;
    const { instance } = await startInstance(await this.#locate(), { environment, program });
    return instance.requireCompatible().connect({ keepAlive: true });
  }

  /** Looked for again after a failure: what was wrong may have been put right. */
  #locate(): Promise<ProjectLocation> {
    const { environment, project } = this.#options;
    this.#location ??= locateProject(environment, { project });
    const located = this.#location;
    located.catch(() => {
      if (this.#location === located) this.#location = undefined;
    });
    return located;
  }
}

/** A call that ran out of time asked an instance that is there; only a broken connection says that it may be gone. */
const isLoss = (error: unknown): boolean =>
  isAgentBrainError(error) && lossCodes.includes(error.code) && !(error.code === 'INSTANCE_NO_ANSWER' && error.cause === undefined);

function unlessAborted<Value>(promise: Promise<Value>, signal: AbortSignal | undefined): Promise<Value> {
  if (signal === undefined) return promise;
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
