import { linkSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Job, JobAccepted, JobList } from '@agent-brain/contract/jobs';
import { Machine, readRuntime, stateDirOf } from '@agent-brain/test-harness/agent-brain';
import { waitUntil } from '@agent-brain/test-harness/waiting';
import { describe, expect, test } from 'vitest';

/* What the contract of the queue wants to see of the real server process (jobs, "Must be shown by tests"). */

const PATIENCE = { timeoutMs: 45_000, intervalMs: 50 };

/** One file of some 0.5 MB under many names: as much work for the engine as there are names, and hardly any for the disk. */
function addSlowFolder(root: string, name: string, files: number): void {
  const folder = path.join(root, name);
  mkdirSync(folder);
  const words = Array.from({ length: 60_000 }, (_, n) => `w${(n * 2_654_435_761) % 1_000_003}`);
  writeFileSync(path.join(folder, 'part0.md'), words.join(' ').replaceAll(/(.{90}) /g, '$1\n'));
  for (let n = 1; n < files; n += 1) linkSync(path.join(folder, 'part0.md'), path.join(folder, `part${n}.md`));
}

const folders = (count: number): Record<string, string> =>
  Object.fromEntries(Array.from({ length: count }, (_, n) => [`folder${n}/readme.md`, `# Folder ${n}\n`]));

async function serve(
  files: Record<string, string>,
  { slow = 0, environment = {} }: { slow?: number; environment?: Record<string, string> } = {},
) {
  const machine = new Machine(environment);
  const root = machine.project('queue', files);
  if (slow > 0) addSlowFolder(root, 'slow', slow);
  await machine.json(root, ['start']);
  const request = (url: string, init: RequestInit = {}): Promise<Response> => {
    const { base_url, token } = readRuntime(root);
    return fetch(`${base_url}${url}`, { ...init, headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' } });
  };
  const submit = (folder: string, query = ''): Promise<Response> =>
    request(`/index${query}`, { method: 'POST', body: JSON.stringify({ folder_path: folder }) });
  const submitted = async (folder: string): Promise<string> => {
    const response = await submit(folder);
    expect(response.status).toBe(202);
    return ((await response.json()) as JobAccepted).job_id;
  };
  const job = async (id: string): Promise<Job> => (await (await request(`/index/jobs/${id}`)).json()) as Job;
  const list = async (query = ''): Promise<JobList> => (await (await request(`/index/jobs${query}`)).json()) as JobList;
  const works = (id: string): Promise<unknown> =>
    waitUntil(`${id} indexes`, async () => (await job(id)).progress.phase === 'indexing', PATIENCE);
  const ended = (id: string): Promise<Job> =>
    waitUntil(
      `${id} has ended`,
      async () => {
        const seen = await job(id);
        return seen.completed_at !== null && seen;
      },
      PATIENCE,
    );
  return { machine, root, request, submit, submitted, job, list, works, ended };
}

/** Where the work of a job did not end, nobody would see it in its record. */
const isIndexing = async (request: (url: string) => Promise<Response>): Promise<boolean> =>
  ((await (await request('/health/status')).json()) as { index: { state: string } }).index.state === 'indexing';

test('jobs A, B and C run one at a time in that order', async () => {
  const { submitted, ended, list } = await serve(folders(3), { slow: 2 });
  const ids: string[] = [];
  for (const folder of ['slow', 'folder1', 'folder2']) ids.push(await submitted(folder));
  let mostAtOnce = 0;
  await waitUntil(
    'all three have ended',
    async () => {
      const { running_count, completed_count } = await list();
      mostAtOnce = Math.max(mostAtOnce, running_count);
      return completed_count === 3;
    },
    PATIENCE,
  );
  const [a, b, c] = (await Promise.all(ids.map(ended))) as [Job, Job, Job];
  expect([a, b, c].map(({ status, attempts }) => [status, attempts])).toEqual(ids.map(() => ['completed', 0]));
  expect(a.completed_at! <= b.started_at! && b.completed_at! <= c.started_at!).toBe(true);
  expect(mostAtOnce).toBeLessThanOrEqual(1);
});

test('after a crash with one job running and two waiting, all three complete', async () => {
  const { machine, root, submitted, works, ended, list } = await serve(folders(2), { slow: 6 });
  const ids: string[] = [];
  for (const folder of ['slow', 'folder0', 'folder1']) ids.push(await submitted(folder));
  await works(ids[0] as string);
  expect(await list()).toMatchObject({ running_count: 1, queued_count: 2 });
  process.kill(readRuntime(root).pid, 'SIGKILL');
  await machine.json(root, ['start']);
  const jobs = await Promise.all(ids.map(ended));
  expect(jobs.map(({ status, attempts }) => [status, attempts])).toEqual([
    ['completed', 1],
    ['completed', 0],
    ['completed', 0],
  ]);
  expect(jobs[0]!.completed_at! <= jobs[1]!.started_at! && jobs[1]!.completed_at! <= jobs[2]!.started_at!).toBe(true);
  expect((await list()).total).toBe(3);
});

test('a stop puts the running job back at no cost, and the next start goes on with all of them', async () => {
  const { machine, root, submitted, works, ended } = await serve(folders(1), { slow: 6 });
  const ids = [await submitted('slow'), await submitted('folder0')];
  await works(ids[0] as string);
  await machine.json(root, ['stop']);
  const lines = readFileSync(path.join(stateDirOf(root), 'queue', 'jobs.jsonl'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Job);
  expect(lines.findLast(({ id }) => id === ids[0])).toMatchObject({ status: 'queued', attempts: 0 });
  await machine.json(root, ['start']);
  expect((await Promise.all(ids.map(ended))).map(({ status, attempts }) => [status, attempts])).toEqual([
    ['completed', 0],
    ['completed', 0],
  ]);
});

test('of two hundred requests at once a hundred are accepted, and the hundred-and-first is told when to come again', async () => {
  const { submit, submitted, works, list } = await serve(folders(200), { slow: 400 });
  await works(await submitted('slow'));
  const answers = await Promise.all(Array.from({ length: 200 }, (_, n) => submit(`folder${n}`)));
  const statuses = answers.map(({ status }) => status);
  expect([statuses.filter((status) => status === 202).length, statuses.filter((status) => status === 503).length]).toEqual([100, 100]);
  const refused = answers.find(({ status }) => status === 503) as Response;
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(await refused.json()).toMatchObject({ code: 'QUEUE_FULL', data: { queued: 100, max: 100 } });
  const places = await Promise.all(
    answers.filter(({ status }) => status === 202).map(async (answer) => ((await answer.json()) as JobAccepted).queue_position),
  );
  expect(places.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, n) => n + 1));
  expect((await list()).queued_count).toBe(100);
});

test('a job that takes too long fails after the configured time, its work ends, and the next one runs', async () => {
  const { request, submitted, ended } = await serve(folders(1), { slow: 400, environment: { AGENT_BRAIN_QUEUE__TIMEOUT_S: '2' } });
  const [slow, next] = [await submitted('slow'), await submitted('folder0')];
  const failed = await ended(slow);
  expect(failed).toMatchObject({ status: 'failed', error: { code: 'JOB_TIMEOUT', message: 'Job timed out after 2 seconds' } });
  const tookMs = Date.parse(failed.completed_at!) - Date.parse(failed.started_at!);
  expect(tookMs).toBeGreaterThanOrEqual(1_900);
  const after = await ended(next);
  expect(after.status).toBe('completed');
  expect(Date.parse(after.started_at!) - Date.parse(failed.completed_at!)).toBeLessThan(7_000);
  expect(await isIndexing(request)).toBe(false);
  expect((await request('/query', { method: 'POST', body: JSON.stringify({ query: 'folder' }) })).status).toBe(200);
});

describe('one folder', () => {
  test('has one job, however many ask at once, and says whether they want the same', async () => {
    const { request, submit, submitted, works } = await serve(folders(1), { slow: 400 });
    const running = await submitted('slow');
    await works(running);
    const answers = await Promise.all(Array.from({ length: 50 }, (_, n) => submit(n % 2 === 0 ? 'folder0' : './folder0/')));
    const accepted = answers.filter(({ status }) => status === 202);
    expect([accepted.length, answers.filter(({ status }) => status === 409).length]).toEqual([1, 49]);
    const { job_id } = (await accepted[0]!.json()) as JobAccepted;
    for (const answer of answers.filter(({ status }) => status === 409)) {
      expect(await answer.json()).toMatchObject({ code: 'JOB_DUPLICATE', data: { job_id, options_differ: false } });
    }
    const other = await request('/index', { method: 'POST', body: JSON.stringify({ folder_path: 'folder0', force: true }) });
    expect(await other.json()).toMatchObject({ code: 'JOB_DUPLICATE', data: { job_id, options_differ: true } });
    expect((await submit('slow', '?replace=true')).status).toBe(409);
    const replaced = await submit('folder0', '?replace=true');
    expect([replaced.status, await replaced.json()]).toMatchObject([202, { replaced_job_id: job_id, queue_length: 1 }]);
    expect(await (await request(`/index/jobs/${job_id}`)).json()).toMatchObject({ status: 'cancelled', error: { code: 'JOB_SUPERSEDED' } });
  });

  test('is refused before it is queued when it cannot be indexed', async () => {
    const { submit, list } = await serve({ 'file.txt': 'x' });
    for (const folder of ['missing', 'file.txt', '/', '..']) expect([folder, (await submit(folder)).status]).toEqual([folder, 400]);
    expect((await list()).total).toBe(0);
  });
});

test('cancelling: a waiting job at once, a running one only by force and within two seconds, an ended one not at all', async () => {
  const { request, submitted, works, ended } = await serve(folders(2), { slow: 400 });
  const [running, waiting, next] = [await submitted('slow'), await submitted('folder0'), await submitted('folder1')];
  await works(running);
  const cancel = (id: string, query = ''): Promise<Response> => request(`/index/jobs/${id}${query}`, { method: 'DELETE' });
  const answers: [Response, number, object][] = [
    [await cancel('job_000000000000'), 404, { code: 'JOB_UNKNOWN' }],
    [await cancel(waiting), 200, { id: waiting, status: 'cancelled' }],
    [await cancel(waiting), 410, { code: 'JOB_FINISHED' }],
    [await cancel(running), 409, { code: 'JOB_RUNNING' }],
  ];
  for (const [answer, status, body] of answers) expect([answer.status, await answer.json()]).toMatchObject([status, body]);
  const since = performance.now();
  const forced = await cancel(running, '?force=true');
  const tookMs = performance.now() - since;
  expect([forced.status, await forced.json()]).toMatchObject([200, { status: 'cancelled' }]);
  expect(tookMs).toBeLessThan(2_500);
  expect((await cancel(running, '?force=true')).status).toBe(410);
  expect((await ended(next)).status).toBe('completed');
  expect(await isIndexing(request)).toBe(false);
});

test('events follow a job through a real server, and go on after the last id', async () => {
  const { request, root, submitted } = await serve(folders(1), { slow: 3 });
  const id = await submitted('slow');
  const text = await (await request(`/index/jobs/${id}/events`)).text();
  const types = [...text.matchAll(/^event: (\w+)$/gm)].map(([, type]) => type);
  expect([types.at(-1), types.slice(0, -1).every((type) => type === 'progress'), types.length > 1]).toEqual(['completed', true, true]);
  const last = [...text.matchAll(/^id: (\S+)$/gm)].at(-1)?.[1] as string;
  const { base_url, token } = readRuntime(root);
  const again = await fetch(`${base_url}/index/jobs/${id}/events`, {
    headers: { authorization: `Bearer ${token}`, 'last-event-id': last },
  });
  expect(again.status).toBe(204);
});
