import { ApiClient, type CallOptions, type Endpoint, waitForJob } from '@agent-brain/client/api';
import type { DoorId } from '@agent-brain/contract/doors';
import type { Job } from '@agent-brain/contract/jobs';
import type { RouteInput, RouteResponse } from '@agent-brain/contract/routes';
import type { Connection, FollowOptions, Outlook } from './connection.ts';

/** A connection to an instance that is known: the one whose own door this is. */
export class EndpointConnection implements Connection {
  readonly scope: Connection['scope'];
  readonly #client: ApiClient;

  /** @param projectId which of several projects; undefined where the instance has one */
  constructor(endpoint: Endpoint, projectId?: string) {
    this.#client = new ApiClient(endpoint);
    this.scope = projectId === undefined ? {} : { project_id: projectId };
  }

  call<Id extends DoorId>(id: Id, input: RouteInput<Id>, options: CallOptions): Promise<RouteResponse<Id>> {
    return this.#client.call(id, input, options);
  }

  follow(jobId: string, options: FollowOptions): Promise<Job> {
    return waitForJob(this.#client, jobId, options);
  }

  async outlook(): Promise<Outlook> {
    const { project_root: projectRoot } = await this.#client.call('status', { query: this.scope });
    return { projectRoot, isServed: true };
  }
}
