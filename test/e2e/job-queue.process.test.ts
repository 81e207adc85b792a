import { readFileSync } from 'node:fs';
import type { Job, JobAccepted } from '@agent-brain/contract/jobs';
import { readRuntime } from '@agent-brain/test-harness/agent-brain';
import { withinMs } from '@agent-brain/test-harness/timing';
import { waitUntil } from '@agent-brain/test-harness/waiting';
import { describe, expect, test } from 'vitest';
import { PATIENCE, ServedQueue, smallFolders } from './served-queue.ts';

/* What the contract of the queue wants to see of the real server process (jobs, "Must be shown by tests"). */

test('jobs A, B and C run one at a time in that order', async () => {
  const queue = await ServedQueue.start(smallFolders(3), { slow: 2 });
  const ids: string[] = [];
  for (const folder of ['slow', 'folder1', 'folder2']) ids.push(await queue.submitted(folder));
  let mostAtOnce = 0;
  await waitUntil(
    'all three have ended',
    async () => {
      const { running_count, completed_count } = await queue.list();
      mostAtOnce = Math.max(mostAtOnce, running_count);
      return completed_count === 3;
    },
    PATIENCE,
  );
  const [a, b, c] = (await Promise.all(ids.map((id) => queue.ended(id)))) as [Job, Job, Job];
  expect([a, b, c].map(({ status, attempts }) => [status, attempts])).toEqual(ids.map(() => ['completed', 0]));
  expect(a.completed_at! <= b.started_at! && b.completed_at! <= c.started_at!).toBe(true);
  expect(mostAtOnce).toBeLessThanOrEqual(1);
});

test('after a crash with one job running and two waiting, all three complete', async () => {
  const queue = await ServedQueue.start(smallFolders(2), { slow: 400 });
  const ids: string[] = [];
  for (const folder of ['slow', 'folder0', 'folder1']) ids.push(await queue.submitted(folder));
  await queue.works(ids[0] as string);
  expect(await queue.list()).toMatchObject({ running_count: 1, queued_count: 2 });
  queue.kill();
  queue.hurry();
  await queue.restart();
  const jobs = await Promise.all(ids.map((id) => queue.ended(id)));
  expect(jobs.map(({ status, attempts }) => [status, attempts])).toEqual([
    ['completed', 1],
    ['completed', 0],
    ['completed', 0],
  ]);
  expect(jobs[0]!.completed_at! <= jobs[1]!.started_at! && jobs[1]!.completed_at! <= jobs[2]!.started_at!).toBe(true);
  expect((await queue.list()).total).toBe(3);
});

test('a job that takes the process down again and again is given up, and those behind it run', async () => {
  const queue = await ServedQueue.start(smallFolders(1), { slow: 400 });
  const [deadly, next] = [await queue.submitted('slow'), await queue.submitted('folder0')];
  for (let attempts = 0; attempts <= 3; attempts += 1) {
    await queue.works(deadly);
    expect(await queue.job(deadly)).toMatchObject({ status: 'running', attempts });
    queue.kill();
    await queue.restart();
  }
  expect(await queue.ended(deadly)).toMatchObject({ status: 'failed', attempts: 4, error: { code: 'JOB_CRASH_LOOP' } });
  expect(await queue.ended(next)).toMatchObject({ status: 'completed', attempts: 0 });
});

test('a stop puts the running job back at no cost, and the next start goes on with all of them', async () => {
  const queue = await ServedQueue.start(smallFolders(1), { slow: 400 });
  const ids = [await queue.submitted('slow'), await queue.submitted('folder0')];
  await queue.works(ids[0] as string);
  await queue.machine.json(queue.root, ['stop']);
  const lines = readFileSync(queue.file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Job);
  expect(lines.findLast(({ id }) => id === ids[0])).toMatchObject({ status: 'queued', attempts: 0 });
  queue.hurry();
  await queue.restart();
  expect((await Promise.all(ids.map((id) => queue.ended(id)))).map(({ status, attempts }) => [status, attempts])).toEqual([
    ['completed', 0],
    ['completed', 0],
  ]);
});

test('of two hundred requests at once a hundred are accepted, of one folder only one, and the others are told why', async () => {
  const folders = 130;
  const queue = await ServedQueue.start(smallFolders(folders), { slow: 400 });
  await queue.works(await queue.submitted('slow'));
  const asked = Array.from({ length: 200 }, (_, n) => `folder${n % folders}`);
  const answers = await Promise.all(asked.map((folder) => queue.submit(folder)));
  const of = (status: number): Response[] => answers.filter((answer) => answer.status === status);
  expect([of(202).length, of(409).length + of(503).length]).toEqual([100, 100]);
  expect(of(503).length).toBeGreaterThan(0);
  for (const refused of of(503)) {
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await refused.json()).toMatchObject({ code: 'QUEUE_FULL', data: { queued: 100, max: 100 } });
  }
  const accepted = await Promise.all(of(202).map(async (answer) => (await answer.json()) as JobAccepted));
  expect(accepted.map(({ queue_position }) => queue_position).toSorted((a, b) => a - b)).toEqual(
    Array.from({ length: 100 }, (_, n) => n + 1),
  );
  const { jobs, queued_count } = await queue.list('?status=queued&limit=200');
  expect([queued_count, new Set(jobs.map(({ folder_path }) => folder_path)).size]).toEqual([100, 100]);
  expect(new Set(jobs.map(({ id }) => id))).toEqual(new Set(accepted.map(({ job_id }) => job_id)));
});

test('a job that takes too long fails after the configured time, its work ends, and the next one runs', async () => {
  const queue = await ServedQueue.start(smallFolders(1), { slow: 400, environment: { AGENT_BRAIN_QUEUE__TIMEOUT_S: '5' } });
  const [slow, next] = [await queue.submitted('slow'), await queue.submitted('folder0')];
  const failed = await queue.ended(slow);
  expect(failed).toMatchObject({ status: 'failed', error: { code: 'JOB_TIMEOUT', message: 'Job timed out after 5 seconds' } });
  const tookMs = Date.parse(failed.completed_at!) - Date.parse(failed.started_at!);
  expect(tookMs).toBeGreaterThanOrEqual(4_900);
  const after = await queue.ended(next);
  expect(after.status).toBe('completed');
  expect(Date.parse(after.started_at!) - Date.parse(failed.completed_at!)).toBeLessThan(withinMs(7_000));
  expect(await queue.isIndexing()).toBe(false);
  expect(await queue.find('folder')).toContain('folder0/readme.md');
});

describe('one folder', () => {
  test('has one job, however many ask at once, and says whether they want the same', async () => {
    const queue = await ServedQueue.start(smallFolders(1), { slow: 400 });
    const running = await queue.submitted('slow');
    await queue.works(running);
    const answers = await Promise.all(Array.from({ length: 50 }, (_, n) => queue.submit(n % 2 === 0 ? 'folder0' : './folder0/')));
    const accepted = answers.filter(({ status }) => status === 202);
    expect([accepted.length, answers.filter(({ status }) => status === 409).length]).toEqual([1, 49]);
    const { job_id } = (await accepted[0]!.json()) as JobAccepted;
    for (const answer of answers.filter(({ status }) => status === 409)) {
      expect(await answer.json()).toMatchObject({ code: 'JOB_DUPLICATE', data: { job_id, options_differ: false } });
    }
    const other = await queue.request('/index', { method: 'POST', body: JSON.stringify({ folder_path: 'folder0', force: true }) });
    expect(await other.json()).toMatchObject({ code: 'JOB_DUPLICATE', data: { job_id, options_differ: true } });
    expect((await queue.submit('slow', '?replace=true')).status).toBe(409);
    const replaced = await queue.submit('folder0', '?replace=true');
    expect([replaced.status, await replaced.json()]).toMatchObject([202, { replaced_job_id: job_id, queue_length: 1 }]);
    expect(await queue.job(job_id)).toMatchObject({ status: 'cancelled', error: { code: 'JOB_SUPERSEDED' } });
  });

  test('is refused before it is queued when it cannot be indexed', async () => {
    const queue = await ServedQueue.start({ 'file.txt': 'x' });
    for (const folder of ['missing', 'file.txt', '/', '..']) expect([folder, (await queue.submit(folder)).status]).toEqual([folder, 400]);
    expect((await queue.list()).total).toBe(0);
  });

  test('may be indexed again when its job has ended', async () => {
    const queue = await ServedQueue.start(smallFolders(1));
    const first = await queue.ended(await queue.submitted('folder0'));
    const second = await queue.ended(await queue.submitted('folder0'));
    expect([first.status, second.status, first.id === second.id]).toEqual(['completed', 'completed', false]);
  });
});

test('cancelling: a waiting job at once, a running one only by force and within two seconds, an ended one not at all', async () => {
  const queue = await ServedQueue.start(smallFolders(2), { slow: 400 });
  const [running, waiting, next] = [await queue.submitted('slow'), await queue.submitted('folder0'), await queue.submitted('folder1')];
  await queue.works(running);
  const answers: [Response, number, object][] = [
    [await queue.cancel('job_000000000000'), 404, { code: 'JOB_UNKNOWN' }],
    [await queue.cancel(waiting), 200, { id: waiting, status: 'cancelled' }],
    [await queue.cancel(waiting), 410, { code: 'JOB_FINISHED' }],
    [await queue.cancel(running), 409, { code: 'JOB_RUNNING' }],
  ];
  for (const [answer, status, body] of answers) expect([answer.status, await answer.json()]).toMatchObject([status, body]);
  const since = performance.now();
  const forced = await queue.cancel(running, '?force=true');
  const tookMs = performance.now() - since;
  expect([forced.status, await forced.json()]).toMatchObject([200, { status: 'cancelled' }]);
  expect(tookMs).toBeLessThan(withinMs(2_500));
  expect((await queue.cancel(running, '?force=true')).status).toBe(410);
  expect((await queue.ended(next)).status).toBe('completed');
  expect((await queue.cancel(next)).status).toBe(410);
  expect((await queue.cancel(next, '?force=true')).status).toBe(410);
  expect(await queue.isIndexing()).toBe(false);
});

test('events follow a job through a real server, and go on after the last id', async () => {
  const queue = await ServedQueue.start(smallFolders(1), { slow: 3 });
  const id = await queue.submitted('slow');
  const text = await (await queue.request(`/index/jobs/${id}/events`)).text();
  const types = [...text.matchAll(/^event: (\w+)$/gm)].map(([, type]) => type);
  expect([types.at(-1), types.slice(0, -1).every((type) => type === 'progress'), types.length > 1]).toEqual(['completed', true, true]);
  const last = [...text.matchAll(/^id: (\S+)$/gm)].at(-1)?.[1] as string;
  const { base_url, token } = readRuntime(queue.root);
  const again = await fetch(`${base_url}/index/jobs/${id}/events`, {
    headers: { connection: 'close', authorization: `Bearer ${token}`, 'last-event-id': last },
  });
  expect(again.status).toBe(204);
});

test('over its limit of memory a job pauses and says so, what it has done answers, and it can be cancelled', async () => {
  const files = Object.fromEntries(Array.from({ length: 1_500 }, (_, index) => [`many/f${index}.go`, `package f${index}\n`]));
  const queue = await ServedQueue.start(files, { environment: { AGENT_BRAIN_MEMORY_LIMIT_MB: '1' } });
  const id = await queue.submitted('many');
  await waitUntil('the job pauses', async () => (await queue.job(id)).progress.retry?.code === 'MEMORY_LIMIT', PATIENCE);
  const paused = await queue.job(id);
  expect(paused).toMatchObject({ status: 'running', progress: { retry: { message: expect.stringContaining('Indexing pauses') } } });
  expect(paused.progress.files_done).toBeGreaterThan(0);
  expect((await queue.cancel(id, '?force=true')).status).toBe(200);
  expect(await queue.ended(id)).toMatchObject({ status: 'cancelled' });
});
