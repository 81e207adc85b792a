import type { IndexedFolder, Job, JobAccepted, JobEvent, JobList, JobStatus } from '@agent-brain/contract/jobs';
import type { ChunkView, QueryResponse } from '@agent-brain/contract/query';
import type { Status } from '@agent-brain/contract/status';
import type { IndexRequest, SearchRequest } from './messages.ts';

/** Of every call. */
export interface CallOptions {
  /** Ends the call; it rejects with the reason of the signal. */
  readonly signal?: AbortSignal | undefined;
  /** From the call to the last byte of its answer. Default 30,000. */
  readonly timeoutMs?: number | undefined;
}

export interface SubmitOptions extends CallOptions {
  /** Remove nothing from the index, not even files that are gone. */
  readonly add?: boolean | undefined;
  /** Take the place of a job of the same folder that still waits. */
  readonly replace?: boolean | undefined;
}

/** Of calls that last as long as a job does; they have no time limit of their own. */
export interface WaitOptions {
  /** Ends the waiting, not the job. */
  readonly signal?: AbortSignal | undefined;
  /** Called with every state of the job that was seen, the last one included. */
  readonly onProgress?: ((job: Job) => void) | undefined;
}

export interface JobFilter {
  readonly status?: JobStatus | undefined;
  /** 1 to 1000. Default 50. */
  readonly limit?: number | undefined;
  readonly offset?: number | undefined;
}

/** The indexing jobs of a project: one at a time, first in, first out; kept for 24 hours after their end. */
export interface Jobs {
  /** Running first, then in the order of the queue, then ended ones, newest first. */
  list(filter?: JobFilter, options?: CallOptions): Promise<JobList>;
  /** @throws JOB_UNKNOWN */
  get(id: string, options?: CallOptions): Promise<Job>;
  /**
   * Takes a job out of the queue, or ends it while it runs (`force`); what it had committed stays.
   * @throws JOB_UNKNOWN, JOB_RUNNING without `force`, JOB_FINISHED
   */
  cancel(id: string, options?: CallOptions & { readonly force?: boolean | undefined }): Promise<Job>;
  /** Follows a job to its end, whatever the end is: `status` says. @throws JOB_UNKNOWN */
  wait(id: string, options?: WaitOptions): Promise<Job>;
  /**
   * Events as they happen: of one job until it ends, or without an id of all jobs until you stop or the instance does.
   * A connection that breaks is made again, and goes on where it broke. @throws JOB_UNKNOWN, STREAMS_EXHAUSTED
   */
  follow(id?: string, options?: Pick<CallOptions, 'signal'>): AsyncIterable<JobEvent>;
}

/**
 * A running instance that has proven its identity, and what can be asked of it. It holds no connection and nothing to
 * close. When the instance ends, calls reject with INSTANCE_NOT_RUNNING: call `discoverOrStart` again.
 *
 * Every call rejects with an `AgentBrainError` (`code`, `kind`, `hint`), or with the reason of its signal.
 */
export interface Instance {
  /** `shared`: the user daemon, asked for this project. */
  readonly mode: 'project' | 'shared';
  /** Canonical directory that the index belongs to. */
  readonly projectRoot: string;
  readonly projectId: string;
  readonly instanceId: string;
  /** `http://127.0.0.1:45123`; `/docs` and `/openapi.json` are there. */
  readonly baseUrl: string;
  readonly pid: number;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly version: string;
  readonly protocolVersion: string;
  /** How long the search for it took; also sent along, so that the instance's metrics show it. */
  readonly discoveryMs: number;

  /**
   * Places in code and documents, best first, one result per file. A question without results is no error.
   * @throws REQUEST_INVALID, QUERY_MODE_UNAVAILABLE, INDEX_CORRUPT
   */
  search(request: string | SearchRequest, options?: CallOptions): Promise<QueryResponse>;
  /** One chunk of a result, with the ids of its neighbours. @throws CHUNK_UNKNOWN the file has changed since */
  chunk(id: string, options?: CallOptions): Promise<ChunkView>;
  /** What is indexed, how fresh it is, what is going on. */
  status(options?: CallOptions): Promise<Status>;
  folders(options?: CallOptions): Promise<IndexedFolder[]>;

  /** Puts a job into the queue and returns. @throws FOLDER_INVALID, FOLDER_OUTSIDE_PROJECT, JOB_DUPLICATE, QUEUE_FULL */
  index(request?: IndexRequest, options?: SubmitOptions): Promise<JobAccepted>;
  /**
   * Indexes and waits for the end; files that have not changed cost almost nothing. When the same is waiting or running
   * already, that job is followed.
   * @throws the error of a job that failed or was cancelled; as `index`, but JOB_DUPLICATE only for other options
   */
  indexAndWait(request?: IndexRequest, options?: WaitOptions & Omit<SubmitOptions, 'timeoutMs'>): Promise<Job>;
  readonly jobs: Jobs;
}
