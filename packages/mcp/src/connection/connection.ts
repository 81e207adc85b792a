import type { CallOptions } from '@agent-brain/client/api';
import type { DoorId } from '@agent-brain/contract/doors';
import type { Job } from '@agent-brain/contract/jobs';
import type { RouteInput, RouteResponse } from '@agent-brain/contract/routes';

export interface FollowOptions {
  readonly signal: AbortSignal;
  readonly onProgress: (job: Job) => void;
}

/** What there is to ask, without starting anything. */
export interface Outlook {
  readonly projectRoot: string;
  /** Where the connection itself knows it. */
  readonly projectId?: string | undefined;
  /** An instance answers, or the project has been initialised and one may be started for it. */
  readonly isServed: boolean;
}

/** The instance behind one MCP connection, seen through the calls of the client library. */
export interface Connection {
  /** What every call says about the project; empty where the instance has only one. */
  readonly scope: { readonly project_id?: string };
  /**
   * One call. Starts the instance where that is this connection's business.
   * @throws what the instance throws, and what finding or starting it throws; the signal's reason
   */
  call<Id extends DoorId>(id: Id, input: RouteInput<Id>, options: CallOptions): Promise<RouteResponse<Id>>;
  /** Follows a job to its end, whatever the end is. @throws as {@link call} */
  follow(jobId: string, options: FollowOptions): Promise<Job>;
  /** @throws what locating the project throws */
  outlook(): Promise<Outlook>;
}
