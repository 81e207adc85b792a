import type { IndexRequestInput } from '@agent-brain/contract/jobs';
import { type ApiClient, followEvents, indexAndWait, waitForJob } from '../api/index.ts';
import type { Instance as FoundInstance } from '../discovery/index.ts';
import type { Instance, Jobs } from './instance.ts';
import type { IndexRequest } from './messages.ts';

/** The calls of an instance that was found. The token stays inside of it. */
export function connectInstance(found: FoundInstance): Instance {
  const client = found.connect();
  const { projectRoot, projectId: project_id } = found;
  return {
    mode: found.mode,
    projectRoot,
    projectId: project_id,
    instanceId: found.instanceId,
    baseUrl: found.baseUrl,
    pid: found.pid,
    startedAt: found.startedAt,
    version: found.version,
    protocolVersion: found.protocolVersion,
    discoveryMs: found.discoveryMs,
    search: async (request, options) =>
      client.call('query', { body: { project_id, ...(typeof request === 'string' ? { query: request } : request) } }, options),
    chunk: async (id, options) => client.call('chunk', { params: { id }, query: { project_id } }, options),
    status: async (options) => client.call('status', { query: { project_id } }, options),
    folders: async (options) => (await client.call('folders', { query: { project_id } }, options)).folders,
    index: async (request, { add, replace, ...options } = {}) => {
      const query = replace === true ? { replace: 'true' as const } : {};
      return client.call(add === true ? 'indexAdd' : 'index', { body: requestOf(request, found), query }, options);
    },
    indexAndWait: async (request, options) => indexAndWait(client, requestOf(request, found), options),
    jobs: jobsOf(client, project_id),
  };
}

function jobsOf(client: ApiClient, project_id: string): Jobs {
  return {
    list: async (filter = {}, options) => client.call('jobs', { query: { project_id, ...filter } }, options),
    get: async (id, options) => client.call('job', { params: { id }, query: { project_id } }, options),
    cancel: async (id, { force, ...options } = {}) =>
      client.call('jobCancel', { params: { id }, query: { project_id, ...(force === true ? { force: 'true' as const } : {}) } }, options),
    wait: async (id, options) => waitForJob(client, id, options),
    follow: (id, options) =>
      id === undefined
        ? followEvents(client, 'events', { query: { project_id } }, options)
        : followEvents(client, 'jobEvents', { params: { id }, query: { project_id } }, options),
  };
}

const requestOf = (request: IndexRequest | undefined, { projectRoot, projectId }: FoundInstance): IndexRequestInput => ({
  project_id: projectId,
  ...request,
  folder_path: request?.folder_path ?? projectRoot,
});
