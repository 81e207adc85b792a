import type { ProjectRuntimeRecord } from '@agent-brain/contract/instances';
import { waitUntil } from '@agent-brain/test-harness/waiting';
import { expect, test } from 'vitest';
import { ServedProject, type ServerProcess } from '../fixtures/index.ts';

type Server = ServerProcess<ProjectRuntimeRecord>;

interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly required?: boolean }[];
  readonly requestBody?: { readonly content: Record<string, { readonly example?: object }> };
}
interface Described extends Operation {
  readonly method: string;
  readonly path: string;
}

/** An instance of one project refuses these, whatever they say. */
const sharedOnly = ['projectAdd', 'projectRemove'];
/** These come first or last, because the others need what they make or remove. Others keep the order of the document. */
const first = ['index'];
const last = ['folderRemove', 'indexReset', 'shutdown'];

test('each operation of the API description succeeds with its example', { timeout: 240_000 }, async () => {
  const project = new ServedProject();
  project.write({ 'src/lock.ts': 'export function takeLock(): void {}\n' });
  const server = await project.start();
  const described = await readDescription(server);
  const rank = ({ operationId: id }: Operation): number => (first.includes(id) ? -1 : last.indexOf(id) + 1);
  const operations = described
    .filter(({ operationId }) => !sharedOnly.includes(operationId))
    .toSorted((one, other) => rank(one) - rank(other));
  expect(operations.length).toBeGreaterThan(15);

  for (const operation of operations) {
    const { operationId: id, method, requestBody } = operation;
    const body = requestBody?.content['application/json']?.example;
    expect([id, body !== undefined]).toEqual([id, requestBody !== undefined]);
    const url = await addressOf(operation, server);
    if (id === 'jobCancel') {
      await cancelSomeJob(server);
      continue;
    }
    const answer = await server.request(url, { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
    expect([id, answer.status >= 200 && answer.status < 300]).toEqual([id, true]);
    if (answer.headers.get('content-type')?.startsWith('text/event-stream') === true) await answer.body?.cancel();
    else if (answer.status === 202 && id !== 'shutdown') await endOf(server, ((await answer.json()) as { job_id: string }).job_id);
  }
  expect((await server.ended()).code).toBe(0);
});

async function readDescription(server: Server): Promise<Described[]> {
  const document = (await (await server.request('/openapi.json')).json()) as { paths: Record<string, Record<string, Operation>> };
  return Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => ({ ...operation, method: method.toUpperCase(), path })),
  );
}

/** Ids are those that other answers name; of the query, what is required, and what confirms. */
async function addressOf({ path, parameters = [] }: Described, server: Server): Promise<string> {
  const query = new URLSearchParams();
  for (const { name, in: part, required } of parameters) {
    if (name === 'confirm') query.set(name, 'true');
    else if (part === 'query' && required === true) query.set(name, '.');
  }
  const target = path.includes('{id}') ? path.replace('{id}', await idFor(path, server)) : path;
  return query.size === 0 ? target : `${target}?${query.toString()}`;
}

async function idFor(path: string, server: Server): Promise<string> {
  if (path.startsWith('/query')) return (await server.ask('query', '/query', { query: 'takeLock' })).results[0]?.chunk_id ?? 'none';
  if (path.startsWith('/projects')) return (await server.ask('health', '/health')).project_id ?? 'none';
  return (await server.ask('jobs', '/index/jobs?limit=1')).jobs[0]?.id ?? 'none';
}

/** The jobs of so small a project may end before they are cancelled. */
async function cancelSomeJob(server: Server): Promise<void> {
  await waitUntil('a job was cancelled', async () => {
    const accepted = await server.ask('index', '/index', { folder_path: '.', force: true });
    const answer = await server.request(`/index/jobs/${accepted.job_id}?force=true`, { method: 'DELETE' });
    await endOf(server, accepted.job_id);
    return answer.status === 200;
  });
}

const endOf = (server: Server, id: string): Promise<unknown> =>
  waitUntil('the job has ended', async () => (await server.ask('job', `/index/jobs/${id}`)).completed_at !== null);
