import { type ApiClient, type CallOptions, waitForJob } from '@agent-brain/client/api';
import type { DoorId } from '@agent-brain/contract/doors';
import type { Job } from '@agent-brain/contract/jobs';
import type { RouteInput, RouteResponse } from '@agent-brain/contract/routes';
import type { Connection, FollowOptions, Outlook } from './connection.ts';

export interface EndpointConnectionOptions {
  /** Which of several projects; undefined where the instance has one. */
  readonly projectId?: string | undefined;
  /** Ends every call: the instance stops. */
  readonly closing: AbortSignal;
}

/** A connection to an instance that is known: the one whose own door this is. */
export class EndpointConnection implements Connection {
  readonly scope: Connection['scope'];
  readonly #client: ApiClient;
  readonly #closing: AbortSignal;

  /** @param client is shared with other connections and stays open */
  constructor(client: ApiClient, { projectId, closing }: EndpointConnectionOptions) {
    this.#client = client;
    this.#closing = closing;
    this.scope = projectId === undefined ? {} : { project_id: projectId };
  }

  call<Id extends DoorId>(id: Id, input: RouteInput<Id>, options: CallOptions): Promise<RouteResponse<Id>> {
    return this.#client.call(id, input, { ...options, signal: this.#until(options.signal) });
  }

  follow(jobId: string, options: FollowOptions): Promise<Job> {
    return waitForJob(this.#client, jobId, { ...options, signal: this.#until(options.signal) });
  }

  async outlook(): Promise<Outlook> {
    const { project_root: projectRoot } = await this.#client.call('status', { query: this.scope });
    return { projectRoot, projectId: this.scope.project_id, isServed: true };
  }

  #until(signal: AbortSignal | undefined): AbortSignal {
    return signal === undefined ? this.#closing : AbortSignal.any([signal, this.#closing]);
  }
}
