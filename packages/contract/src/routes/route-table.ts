import { z } from 'zod';
import { type Door, doors } from '../doors/index.ts';
import type { ErrorCode } from '../errors/index.ts';
import { healthQuerySchema, healthSchema } from '../instances/index.ts';
import {
  folderListSchema,
  folderRemovalSchema,
  indexCheckSchema,
  indexPlanSchema,
  indexRequestSchema,
  jobAcceptedSchema,
  jobListQuerySchema,
  jobListSchema,
  jobSchema,
  repairRequestSchema,
  verifyRequestSchema,
} from '../jobs/index.ts';
import {
  projectQuerySchema,
  projectRegistrationSchema,
  projectRemovalSchema,
  projectStatusSchema,
  servedProjectListSchema,
  servedProjectSchema,
} from '../projects/index.ts';
import { chunkSchema, queryRequestSchema, queryResponseSchema } from '../query/index.ts';
import { statusSchema } from '../status/index.ts';

export interface Route extends Door {
  readonly summary: string;
  readonly tag: 'instance' | 'index' | 'query' | 'projects';
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodObject;
  readonly status: 200 | 202;
  readonly response: z.ZodType;
  /** Beyond REQUEST_INVALID, TOKEN_INVALID and the transport's own. */
  readonly errors: readonly ErrorCode[];
}

const jobParams = z.strictObject({ id: z.string() });
const truth = z.enum(['true', 'false']).transform((value) => value === 'true');
const indexQuery = z.strictObject({
  replace: truth.optional().describe('Take the place of a job of the same folder that still waits'),
  confirm: truth.optional().describe('Also when the filters remove more than half of the indexed files of the folder'),
});

export const shutdownRequestSchema = z.strictObject({
  instance_id: z.string(),
  if_idle: z.boolean().optional().describe('Only while no job runs or waits; otherwise 409 INSTANCE_BUSY and it goes on'),
});
export const shutdownAcceptedSchema = z.strictObject({ message: z.string() });

/**
 * Every JSON route, once: the server registers handlers by these ids, the client calls by them,
 * OpenAPI is made from them. `/metrics`, `/docs` and `/openapi.json` are not JSON messages.
 */
export const routes = {
  health: {
    ...doors.health,
    summary: 'Whether the instance lives, and which one it is',
    tag: 'instance',
    query: healthQuerySchema,
    status: 200,
    response: healthSchema,
    errors: [],
  },
  status: {
    ...doors.status,
    summary: 'What is indexed and what is going on',
    tag: 'instance',
    query: projectQuerySchema,
    status: 200,
    response: statusSchema,
    errors: [],
  },
  shutdown: {
    ...doors.shutdown,
    summary: 'Stop this instance',
    tag: 'instance',
    body: shutdownRequestSchema,
    status: 202,
    response: shutdownAcceptedSchema,
    errors: ['INSTANCE_MISMATCH', 'INSTANCE_BUSY'],
  },
  index: {
    ...doors.index,
    summary: 'Make the index equal to a folder',
    tag: 'index',
    query: indexQuery,
    body: indexRequestSchema,
    status: 202,
    response: jobAcceptedSchema,
    errors: ['FOLDER_INVALID', 'FOLDER_OUTSIDE_PROJECT', 'SELECTION_REMOVES_FILES', 'JOB_DUPLICATE', 'QUEUE_FULL', 'SHUTTING_DOWN'],
  },
  indexAdd: {
    ...doors.indexAdd,
    summary: 'Index a folder and remove nothing',
    tag: 'index',
    query: indexQuery,
    body: indexRequestSchema,
    status: 202,
    response: jobAcceptedSchema,
    errors: ['FOLDER_INVALID', 'FOLDER_OUTSIDE_PROJECT', 'JOB_DUPLICATE', 'QUEUE_FULL', 'SHUTTING_DOWN'],
  },
  indexPlan: {
    ...doors.indexPlan,
    summary: 'What an index of a folder would read, and what it would skip',
    tag: 'index',
    body: indexRequestSchema,
    status: 200,
    response: indexPlanSchema,
    errors: ['FOLDER_INVALID', 'FOLDER_OUTSIDE_PROJECT'],
  },
  indexVerify: {
    ...doors.indexVerify,
    summary: 'Check the whole index; a damaged one is an answer, not an error',
    tag: 'index',
    body: verifyRequestSchema,
    status: 200,
    response: indexCheckSchema,
    errors: ['INDEX_NEWER', 'INDEX_CLOSED'],
  },
  indexRepair: {
    ...doors.indexRepair,
    summary: 'Set a damaged index aside and build it again from all its folders; nothing happens to a sound one',
    tag: 'index',
    body: repairRequestSchema,
    status: 202,
    response: jobAcceptedSchema,
    errors: ['JOB_DUPLICATE', 'QUEUE_FULL', 'SHUTTING_DOWN'],
  },
  indexReset: {
    ...doors.indexReset,
    summary: 'Clear the index',
    tag: 'index',
    query: z.strictObject({ confirm: truth.optional().describe('Must be true'), project_id: z.string().optional() }),
    status: 202,
    response: jobAcceptedSchema,
    errors: ['CONFIRMATION_REQUIRED', 'JOB_DUPLICATE', 'QUEUE_FULL', 'SHUTTING_DOWN'],
  },
  folders: {
    ...doors.folders,
    summary: 'The indexed folders',
    tag: 'index',
    query: projectQuerySchema,
    status: 200,
    response: folderListSchema,
    errors: [],
  },
  folderRemove: {
    ...doors.folderRemove,
    summary: 'Remove a folder from the index',
    tag: 'index',
    query: folderRemovalSchema,
    status: 202,
    response: jobAcceptedSchema,
    errors: ['FOLDER_NOT_INDEXED', 'JOB_DUPLICATE', 'QUEUE_FULL', 'SHUTTING_DOWN'],
  },
  jobs: {
    ...doors.jobs,
    summary: 'Jobs: running, queued, finished',
    tag: 'index',
    query: jobListQuerySchema,
    status: 200,
    response: jobListSchema,
    errors: [],
  },
  job: {
    ...doors.job,
    summary: 'One job',
    tag: 'index',
    params: jobParams,
    query: projectQuerySchema,
    status: 200,
    response: jobSchema,
    errors: ['JOB_UNKNOWN'],
  },
  jobCancel: {
    ...doors.jobCancel,
    summary: 'Cancel a job',
    tag: 'index',
    params: jobParams,
    query: z.strictObject({ force: truth.optional().describe('Cancel it although it runs'), project_id: z.string().optional() }),
    status: 200,
    response: jobSchema,
    errors: ['JOB_UNKNOWN', 'JOB_RUNNING', 'JOB_FINISHED'],
  },
  query: {
    ...doors.query,
    summary: 'Search code and documents',
    tag: 'query',
    body: queryRequestSchema,
    status: 200,
    response: queryResponseSchema,
    errors: ['QUERY_MODE_UNAVAILABLE', 'INDEX_CORRUPT', 'INDEX_CLOSED'],
  },
  chunk: {
    ...doors.chunk,
    summary: 'One chunk, with its neighbours',
    tag: 'query',
    params: z.strictObject({ id: z.string().max(128) }),
    query: projectQuerySchema,
    status: 200,
    response: chunkSchema,
    errors: ['CHUNK_UNKNOWN', 'INDEX_CORRUPT', 'INDEX_CLOSED'],
  },
  projects: {
    ...doors.projects,
    summary: 'The projects that this instance serves',
    tag: 'projects',
    status: 200,
    response: servedProjectListSchema,
    errors: [],
  },
  projectAdd: {
    ...doors.projectAdd,
    summary: 'Serve a project; one that is served already stays as it is',
    tag: 'projects',
    body: projectRegistrationSchema,
    status: 200,
    response: servedProjectSchema,
    errors: [
      'MODE_UNAVAILABLE',
      'PROJECT_PATH_MISSING',
      'PROJECT_PATH_NOT_DIRECTORY',
      'PROJECT_ROOT_REFUSED',
      'INSTANCE_ALREADY_RUNNING',
      'STATE_DIR_UNSAFE',
    ],
  },
  projectStatus: {
    ...doors.projectStatus,
    summary: 'What is indexed of a project',
    tag: 'projects',
    params: z.strictObject({ id: z.string() }),
    status: 200,
    response: projectStatusSchema,
    errors: ['PROJECT_UNKNOWN'],
  },
  projectRemove: {
    ...doors.projectRemove,
    summary: 'Serve a project no longer; its index stays unless it is purged',
    tag: 'projects',
    params: z.strictObject({ id: z.string() }),
    query: z.strictObject({ purge: truth.optional().describe('Remove its index as well') }),
    status: 200,
    response: projectRemovalSchema,
    errors: ['PROJECT_UNKNOWN', 'MODE_UNAVAILABLE'],
  },
} as const satisfies Record<string, Route>;

export type Routes = typeof routes;
export type RouteId = keyof Routes;
type Part<Id extends RouteId, Name extends PartName> = Routes[Id] extends Record<Name, infer Schema extends z.ZodType> ? Schema : never;

type PartName = 'params' | 'query' | 'body';
type PartsOf<Id extends RouteId> = { [Name in PartName as Part<Id, Name> extends never ? never : Name]: z.input<Part<Id, Name>> };
/** Parts in which something must be said. */
type NeededPart<Parts> = { [Name in keyof Parts]: Partial<Parts[Name]> extends Parts[Name] ? never : Name }[keyof Parts];

/** What a caller of a route writes, part by part; a part in which nothing is required may be left out. */
export type RouteInput<Id extends RouteId> = Pick<PartsOf<Id>, NeededPart<PartsOf<Id>>> & Partial<PartsOf<Id>>;
/** What a handler of a route receives, part by part, validated. */
export type RouteRequest<Id extends RouteId> = {
  [Name in PartName as Part<Id, Name> extends never ? never : Name]: z.output<Part<Id, Name>>;
};
export type RouteResponse<Id extends RouteId> = z.output<Routes[Id]['response']>;
