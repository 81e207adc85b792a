import { z } from 'zod';
import type { ErrorCode } from '../errors/index.ts';
import { healthQuerySchema, healthSchema } from '../instances/index.ts';
import {
  folderListSchema, folderRemovalSchema, indexRequestSchema, jobAcceptedSchema, jobListQuerySchema, jobListSchema, jobSchema,
} from '../jobs/index.ts';
import { chunkSchema, queryRequestSchema, queryResponseSchema } from '../query/index.ts';
import { statusSchema } from '../status/index.ts';

export interface Route {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Fastify form: `/index/jobs/:id`. */
  readonly path: string;
  readonly summary: string;
  readonly tag: 'instance' | 'index' | 'query';
  /** Bearer token needed. */
  readonly auth: boolean;
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodObject;
  readonly status: 200 | 202;
  readonly response: z.ZodType;
  /** Beyond REQUEST_INVALID, TOKEN_INVALID and the transport's own. */
  readonly errors: readonly ErrorCode[];
}

const projectQuery = z.strictObject({ project_id: z.string().optional() });
const jobParams = z.strictObject({ id: z.string() });
const truth = z.enum(['true', 'false']).transform((value) => value === 'true');

export const shutdownRequestSchema = z.strictObject({ instance_id: z.string() });
export const shutdownAcceptedSchema = z.strictObject({ message: z.string() });

/**
 * Every JSON route, once: the server registers handlers by these ids, the client calls by them,
 * OpenAPI is made from them. `/metrics`, `/docs` and `/openapi.json` are not JSON messages.
 */
export const routes = {
  health: {
    method: 'GET', path: '/health', summary: 'Whether the instance lives, and which one it is', tag: 'instance', auth: false,
    query: healthQuerySchema, status: 200, response: healthSchema, errors: [],
  },
  status: {
    method: 'GET', path: '/health/status', summary: 'What is indexed and what is going on', tag: 'instance', auth: true,
    query: projectQuery, status: 200, response: statusSchema, errors: [],
  },
  shutdown: {
    method: 'POST', path: '/admin/shutdown', summary: 'Stop this instance', tag: 'instance', auth: true,
    body: shutdownRequestSchema, status: 202, response: shutdownAcceptedSchema, errors: ['INSTANCE_MISMATCH'],
  },
  index: {
    method: 'POST', path: '/index', summary: 'Make the index equal to a folder', tag: 'index', auth: true,
    body: indexRequestSchema, status: 202, response: jobAcceptedSchema,
    errors: ['FOLDER_INVALID', 'FOLDER_OUTSIDE_PROJECT', 'JOB_DUPLICATE', 'QUEUE_FULL', 'SHUTTING_DOWN'],
  },
  indexAdd: {
    method: 'POST', path: '/index/add', summary: 'Index a folder and remove nothing', tag: 'index', auth: true,
    body: indexRequestSchema, status: 202, response: jobAcceptedSchema,
    errors: ['FOLDER_INVALID', 'FOLDER_OUTSIDE_PROJECT', 'JOB_DUPLICATE', 'QUEUE_FULL', 'SHUTTING_DOWN'],
  },
  indexReset: {
    method: 'DELETE', path: '/index', summary: 'Clear the index', tag: 'index', auth: true,
    query: z.strictObject({ confirm: truth.optional(), project_id: z.string().optional() }), status: 202, response: jobAcceptedSchema,
    errors: ['CONFIRMATION_REQUIRED', 'JOB_DUPLICATE', 'QUEUE_FULL', 'SHUTTING_DOWN'],
  },
  folders: {
    method: 'GET', path: '/index/folders', summary: 'The indexed folders', tag: 'index', auth: true,
    query: projectQuery, status: 200, response: folderListSchema, errors: [],
  },
  folderRemove: {
    method: 'DELETE', path: '/index/folders', summary: 'Remove a folder from the index', tag: 'index', auth: true,
    query: folderRemovalSchema, status: 202, response: jobAcceptedSchema,
    errors: ['FOLDER_NOT_INDEXED', 'JOB_DUPLICATE', 'QUEUE_FULL', 'SHUTTING_DOWN'],
  },
  jobs: {
    method: 'GET', path: '/index/jobs', summary: 'Jobs: running, queued, finished', tag: 'index', auth: true,
    query: jobListQuerySchema, status: 200, response: jobListSchema, errors: [],
  },
  job: {
    method: 'GET', path: '/index/jobs/:id', summary: 'One job', tag: 'index', auth: true,
    params: jobParams, query: projectQuery, status: 200, response: jobSchema, errors: ['JOB_UNKNOWN'],
  },
  jobCancel: {
    method: 'DELETE', path: '/index/jobs/:id', summary: 'Cancel a job', tag: 'index', auth: true,
    params: jobParams, query: z.strictObject({ force: truth.optional(), project_id: z.string().optional() }), status: 200, response: jobSchema,
    errors: ['JOB_UNKNOWN', 'JOB_RUNNING', 'JOB_FINISHED'],
  },
  query: {
    method: 'POST', path: '/query', summary: 'Search code and documents', tag: 'query', auth: true,
    body: queryRequestSchema, status: 200, response: queryResponseSchema,
    errors: ['QUERY_MODE_UNAVAILABLE', 'INDEX_CORRUPT', 'INDEX_CLOSED'],
  },
  chunk: {
    method: 'GET', path: '/query/chunks/:id', summary: 'One chunk, with its neighbours', tag: 'query', auth: true,
    params: z.strictObject({ id: z.string().max(128) }), query: projectQuery, status: 200, response: chunkSchema,
    errors: ['CHUNK_UNKNOWN', 'INDEX_CORRUPT', 'INDEX_CLOSED'],
  },
} as const satisfies Record<string, Route>;

export type Routes = typeof routes;
export type RouteId = keyof Routes;
type Part<Id extends RouteId, Name extends 'params' | 'query' | 'body'> = Routes[Id] extends Record<Name, infer Schema extends z.ZodType>
  ? Schema
  : never;

/** What a caller of a route writes, part by part. */
export type RouteInput<Id extends RouteId> = {
  [Name in 'params' | 'query' | 'body' as Part<Id, Name> extends never ? never : Name]: z.input<Part<Id, Name>>;
};
/** What a handler of a route receives, part by part, validated. */
export type RouteRequest<Id extends RouteId> = {
  [Name in 'params' | 'query' | 'body' as Part<Id, Name> extends never ? never : Name]: z.output<Part<Id, Name>>;
};
export type RouteResponse<Id extends RouteId> = z.output<Routes[Id]['response']>;
