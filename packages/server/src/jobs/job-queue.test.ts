import { AgentBrainError } from '@agent-brain/contract/errors';
import { indexRequestSchema, type Job, jobListSchema, jobSchema } from '@agent-brain/contract/jobs';
import { waitUntil } from '@agent-brain/test-harness/waiting';
import { describe, expect, test } from 'vitest';
import { ManualClock } from '../clock/index.ts';
import { FakeEngine, MemoryJobStore, noStats } from '../fixtures/index.ts';
import { engineWork, JobQueue, type JobQueueOptions, type JobSubmission } from './index.ts';

const config = { include: [], exclude: [], languages: [], chunkSize: 1500, chunkOverlap: 0, maxFileBytes: 1_000_000 };

function setUp(options: Partial<JobQueueOptions> = {}) {
  const engine = new FakeEngine();
  const clock = new ManualClock();
  const lines: { fields: object; message: string }[] = [];
  const write = (fields: object, message: string): void => void lines.push({ fields, message });
  const store = new MemoryJobStore();
  const queue = new JobQueue({
    store,
    projectId: 'p_00000000',
    perform: engineWork(engine, config),
    maxQueued: 100,
    timeoutS: 7200,
    clock,
    log: { info: write, warn: write, error: write },
    ...options,
  });
  queue.start();
  return { queue, engine, clock, lines, store };
}

const folder = (name: string, options: object = {}, operation: JobSubmission['operation'] = 'index'): JobSubmission => ({
  operation,
  folder: `/p/${name}`,
  request: indexRequestSchema.parse({ folder_path: name, ...options }),
});
const list = (queue: JobQueue) => queue.list({ limit: 1000, offset: 0 });
const statusOf = (queue: JobQueue, job: Job) => queue.get(job.id).status;
const settle = (queue: JobQueue, job: Job) => waitUntil(`${job.id} has ended`, () => !['queued', 'running'].includes(statusOf(queue, job)));
const errorOf = (action: () => unknown): AgentBrainError => {
  try {
    action();
  } catch (error) {
    return error as AgentBrainError;
  }
  throw new Error('nothing was thrown');
};

describe('order', () => {
  test('runs jobs one at a time, first in first out', async () => {
    const { queue, engine } = setUp();
    const jobs = ['a', 'b', 'c'].map((name) => queue.submit(folder(name)).job);
    for (const [n, job] of jobs.entries()) {
      const held = await engine.run(n);
      expect(held.run.folder).toBe(job.folder_path);
      expect(jobs.map((other) => statusOf(queue, other)).filter((status) => status === 'running')).toHaveLength(1);
      held.finish();
      await settle(queue, job);
    }
    expect(jobs.map((job) => statusOf(queue, job))).toEqual(['completed', 'completed', 'completed']);
    expect(engine.runs).toHaveLength(3);
  });

  test('tells each job its place', () => {
    const { queue } = setUp();
    const places = ['a', 'b', 'c'].map((name) => queue.submit(folder(name)));
    expect(places.map(({ position, length }) => [position, length])).toEqual([
      [1, 1],
      [2, 2],
      [3, 3],
    ]);
    expect(places.map(({ job }) => queue.get(job.id).queue_position)).toEqual([1, 2, 3]);
  });

  test('lists the running job first, then the queue, then ended jobs newest first', async () => {
    const { queue, engine } = setUp();
    const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((name) => queue.submit(folder(name)).job) as [Job, Job, Job, Job];
    (await engine.run(0)).finish();
    await settle(queue, a);
    (await engine.run(1)).finish();
    await settle(queue, b);
    await engine.run(2);
    const page = jobListSchema.parse(list(queue));
    expect(page.jobs.map((job) => job.id)).toEqual([c.id, d.id, b.id, a.id]);
    expect(page).toMatchObject({ total: 4, running_count: 1, queued_count: 1, completed_count: 2, failed_count: 0, cancelled_count: 0 });
    expect(queue.list({ status: 'completed', limit: 1, offset: 1 })).toMatchObject({ total: 2, jobs: [{ id: a.id }], running_count: 1 });
  });
});

describe('admission', () => {
  test('refuses the 101st waiting job and says when to come again', async () => {
    const { queue, engine } = setUp();
    queue.submit(folder('running'));
    await engine.run(0);
    for (let n = 0; n < 100; n += 1) queue.submit(folder(`f${n}`));
    const error = errorOf(() => queue.submit(folder('one-too-many')));
    expect(error).toMatchObject({ code: 'QUEUE_FULL', status: 503 });
    expect(error.retryAfterS).toBeGreaterThan(0);
    expect(list(queue).queued_count).toBe(100);
  });

  test.each(['queued', 'running'])('refuses a folder that is %s and names its job', async (status) => {
    const { queue, engine } = setUp();
    const { job } = queue.submit(folder('a'));
    if (status === 'running') await engine.run(0);
    expect(errorOf(() => queue.submit(folder('a')))).toMatchObject({
      code: 'JOB_DUPLICATE',
      status: 409,
      data: { job_id: job.id, status, options_differ: false },
    });
    expect(errorOf(() => queue.submit(folder('a', { force: true })))).toMatchObject({ data: { job_id: job.id, options_differ: true } });
    expect(errorOf(() => queue.submit(folder('a', {}, 'remove')))).toMatchObject({ data: { options_differ: true } });
    queue.submit(folder('b', { force: true }));
    expect(errorOf(() => queue.submit(folder('b')))).toMatchObject({ data: { options_differ: false } });
  });

  test('takes a folder again when its job has ended', async () => {
    const { queue, engine } = setUp();
    const { job } = queue.submit(folder('a'));
    (await engine.run(0)).finish();
    await settle(queue, job);
    expect(queue.submit(folder('a')).job.id).not.toBe(job.id);
  });
});

describe('replacing', () => {
  test('cancels the waiting job of the folder, names its successor, and queues the new one last', async () => {
    const { queue, engine } = setUp();
    queue.submit(folder('running'));
    await engine.run(0);
    const [a, b] = ['a', 'b'].map((name) => queue.submit(folder(name)).job) as [Job, Job];
    const { job, position, length, replacedId } = queue.submit(folder('a', { force: true }), { replace: true });
    expect([position, length, replacedId]).toEqual([2, 2, a.id]);
    expect(queue.get(a.id)).toMatchObject({
      status: 'cancelled',
      error: { code: 'JOB_SUPERSEDED', message: expect.stringContaining(job.id) },
    });
    expect([queue.get(b.id).queue_position, queue.get(job.id).queue_position]).toEqual([1, 2]);
  });

  test('needs no free place, and leaves a running job alone', async () => {
    const { queue, engine } = setUp({ maxQueued: 1 });
    const running = queue.submit(folder('running')).job;
    await engine.run(0);
    queue.submit(folder('a'));
    expect(queue.submit(folder('a'), { replace: true }).length).toBe(1);
    expect(errorOf(() => queue.submit(folder('running'), { replace: true }))).toMatchObject({
      code: 'JOB_DUPLICATE',
      data: { job_id: running.id },
    });
    expect(statusOf(queue, running)).toBe('running');
  });
});

describe('what an earlier process left', () => {
  test('runs in its order, before what comes new, when the queue is started', async () => {
    const left = setUp();
    const [a, b] = ['a', 'b'].map((name) => left.queue.submit(folder(name)).job) as [Job, Job];
    const store = new MemoryJobStore();
    store.left = { ended: [], unfinished: [a, b].map((job) => ({ ...job })), changed: [] };
    const engine = new FakeEngine();
    const log = { info: () => {}, warn: () => {}, error: () => {} };
    const queue = new JobQueue({
      store,
      projectId: 'p_00000000',
      perform: engineWork(engine, config),
      maxQueued: 100,
      timeoutS: 7200,
      log,
    });
    await queue.recover();
    expect(list(queue)).toMatchObject({ queued_count: 2 });
    expect(errorOf(() => queue.submit(folder('a')))).toMatchObject({ code: 'JOB_DUPLICATE' });
    const { job: c } = queue.submit(folder('c'));
    expect(engine.runs).toEqual([]);
    queue.start();
    for (const [n, job] of [a, b, c].entries()) {
      expect((await engine.run(n)).run.folder).toBe(job.folder_path);
      engine.runs[n]?.finish();
    }
    await settle(queue, c);
  });
});

describe('a store that takes nothing', () => {
  test('stops no job, and every answer says that it is in memory only', async () => {
    const { queue, engine, store } = setUp();
    store.isFull = true;
    const { job, persisted } = queue.submit(folder('a'));
    expect([await persisted, queue.get(job.id).persisted, queue.stats().trouble]).toEqual([false, false, 'DISK_FULL']);
    (await engine.run(0)).finish();
    await settle(queue, job);
    expect(queue.get(job.id)).toMatchObject({ status: 'completed', persisted: false });
  });
});

describe('work', () => {
  test('that fails for a passing reason is repeated, and its progress says why it waits', async () => {
    const { queue, engine, clock } = setUp();
    const { job } = queue.submit(folder('a'));
    (await engine.run(0)).fail(new AgentBrainError('STREAMS_EXHAUSTED', 'The provider answers 429', { retryAfterS: 3 }));
    await waitUntil('it waits', () => queue.get(job.id).progress.retry !== undefined);
    expect(queue.get(job.id)).toMatchObject({
      status: 'running',
      progress: { retry: { attempt: 1, code: 'STREAMS_EXHAUSTED', next_at: new Date(clock.now() + 3_000).toISOString() } },
    });
    clock.advance(3_000);
    (await engine.run(1)).finish();
    await settle(queue, job);
    expect(queue.get(job.id)).toMatchObject({ status: 'completed' });
  });

  test('shows progress that never goes back, and an estimate of the rest', async () => {
    const { queue, engine, clock } = setUp();
    const { job } = queue.submit(folder('a'));
    const { run, finish } = await engine.run(0);
    const at = (filesDone: number, phase: 'walking' | 'indexing' | 'finishing' = 'indexing') =>
      run.onProgress({ phase, filesDone, filesTotal: 100, chunksDone: filesDone * 3, bytesDone: filesDone * 1000, currentFile: 'x.ts' });
    at(0, 'walking');
    at(0);
    clock.advance(10_000);
    at(25);
    const seen = jobSchema.parse(queue.get(job.id));
    expect(seen).toMatchObject({ progress_percent: 25, eta_s: 30, total_documents: 100, processed_documents: 25, total_chunks: 75 });
    at(10);
    expect(queue.get(job.id).progress_percent).toBe(25);
    at(100, 'finishing');
    expect(queue.get(job.id).progress_percent).toBe(99);
    finish();
    await settle(queue, job);
    expect(queue.get(job.id)).toMatchObject({ status: 'completed', progress_percent: 100, stats: noStats });
    expect(queue.get(job.id).eta_s).toBeUndefined();
  });

  test('a known error keeps its code, a stranger becomes JOB_FAILED without its text', async () => {
    const { queue, engine } = setUp();
    const [a, b] = ['a', 'b'].map((name) => queue.submit(folder(name)).job) as [Job, Job];
    (await engine.run(0)).fail(new AgentBrainError('DISK_FULL', 'No space on /data'));
    (await engine.run(1)).fail(new Error('secret detail'));
    await settle(queue, b);
    expect(queue.get(a.id)).toMatchObject({ status: 'failed', error: { code: 'DISK_FULL', message: 'No space on /data' } });
    expect(queue.get(b.id)).toMatchObject({ status: 'failed', error: { code: 'JOB_FAILED' } });
    expect(queue.get(b.id).error?.message).not.toContain('secret');
  });

  test('clears the index and removes folders as jobs', async () => {
    const { queue, engine } = setUp();
    engine.indexed = [{ folder_path: '/p/a', documents: 1, chunks: 1, last_indexed_at: null }];
    const removed = queue.submit(folder('a', {}, 'remove')).job;
    await settle(queue, removed);
    expect(engine.indexed).toEqual([]);
    const reset = queue.submit(folder('.', {}, 'reset')).job;
    await settle(queue, reset);
    expect([engine.resets, queue.get(reset.id).stats]).toEqual([1, null]);
  });
});

describe('timeout', () => {
  test('fails the job with the configured time in words and runs the next one', async () => {
    const { queue, engine, clock } = setUp();
    const [a, b] = ['a', 'b'].map((name) => queue.submit(folder(name)).job) as [Job, Job];
    const { run } = await engine.run(0);
    clock.advance(7_200_000);
    expect(run.signal.aborted).toBe(true);
    expect(queue.get(a.id)).toMatchObject({ status: 'failed', error: { code: 'JOB_TIMEOUT', message: 'Job timed out after 2 hours' } });
    (await engine.run(1)).finish();
    await settle(queue, b);
    expect(statusOf(queue, b)).toBe('completed');
  });

  test('keeps the slot while the work does not yield, and says so', async () => {
    const { queue, engine, clock, lines } = setUp({ timeoutS: 2 });
    engine.stubborn = true;
    const [a, b] = ['a', 'b'].map((name) => queue.submit(folder(name)).job) as [Job, Job];
    const held = await engine.run(0);
    clock.advance(2_000);
    expect(statusOf(queue, a)).toBe('failed');
    clock.advance(5_000);
    expect(lines.map(({ message }) => message)).toContainEqual(expect.stringContaining('does not yield'));
    expect(statusOf(queue, b)).toBe('queued');
    held.finish();
    await engine.run(1);
    expect([statusOf(queue, a), statusOf(queue, b)]).toEqual(['failed', 'running']);
  });
});

describe('cancel', () => {
  test('takes a waiting job out of the queue', async () => {
    const { queue, engine } = setUp();
    queue.submit(folder('a'));
    await engine.run(0);
    const { job } = queue.submit(folder('b'));
    await expect(queue.cancel(job.id)).resolves.toMatchObject({ status: 'cancelled' });
    expect(list(queue)).toMatchObject({ queued_count: 0, cancelled_count: 1 });
  });

  test('leaves a running job alone without force', async () => {
    const { queue, engine } = setUp();
    const { job } = queue.submit(folder('a'));
    const { run } = await engine.run(0);
    await expect(queue.cancel(job.id)).rejects.toMatchObject({ code: 'JOB_RUNNING', status: 409 });
    expect([run.signal.aborted, statusOf(queue, job)]).toEqual([false, 'running']);
  });

  test('stops a running job with force', async () => {
    const { queue, engine } = setUp();
    const { job } = queue.submit(folder('a'));
    await engine.run(0);
    await expect(queue.cancel(job.id, { force: true })).resolves.toMatchObject({ status: 'cancelled', error: null });
    await waitUntil('the slot is free', () => !queue.busy);
  });

  test('answers within two seconds also when the work does not yield', async () => {
    const { queue, engine, clock } = setUp();
    engine.stubborn = true;
    const { job } = queue.submit(folder('a'));
    const held = await engine.run(0);
    const cancelled = queue.cancel(job.id, { force: true });
    clock.advance(2_000);
    await expect(cancelled).resolves.toMatchObject({ status: 'cancelled' });
    held.finish();
    await waitUntil('the slot is free', () => !queue.busy);
    expect(statusOf(queue, job)).toBe('cancelled');
  });

  test('says that an ended job has ended and an unknown one is unknown', async () => {
    const { queue, engine } = setUp();
    const { job } = queue.submit(folder('a'));
    (await engine.run(0)).finish();
    await settle(queue, job);
    await expect(queue.cancel(job.id)).rejects.toMatchObject({ code: 'JOB_FINISHED', status: 410 });
    await expect(queue.cancel('job_000000000000')).rejects.toMatchObject({ code: 'JOB_UNKNOWN', status: 404 });
  });
});

describe('close', () => {
  test('puts the running job back at no cost, refuses new ones and leaves all to the next process', async () => {
    const { queue, engine, store } = setUp();
    const [a, b] = ['a', 'b'].map((name) => queue.submit(folder(name)).job) as [Job, Job];
    await engine.run(0);
    const left = await queue.close(10_000);
    expect(left).toMatchObject([
      { id: a.id, status: 'queued', attempts: 0, started_at: null },
      { id: b.id, status: 'queued' },
    ]);
    expect(errorOf(() => queue.submit(folder('c')))).toMatchObject({ code: 'SHUTTING_DOWN' });
    expect([store.isClosed, store.saved.get(a.id)]).toMatchObject([true, { status: 'queued', attempts: 0, progress_percent: 0 }]);
    expect(engine.runs).toHaveLength(1);
  });

  test('a wait for the end of a job resolves with it', async () => {
    const { queue, engine } = setUp();
    const { job } = queue.submit(folder('a'));
    const ended = queue.ended(job.id);
    (await engine.run(0)).finish();
    await expect(ended).resolves.toMatchObject({ id: job.id, status: 'completed' });
    await expect(queue.ended(job.id)).resolves.toMatchObject({ status: 'completed' });
  });

  test('waits for a cancelled work that still yields and does not revive its job', async () => {
    const { queue, engine, clock } = setUp();
    engine.stubborn = true;
    const { job } = queue.submit(folder('a'));
    await engine.run(0);
    const cancelled = queue.cancel(job.id, { force: true });
    clock.advance(2_000);
    await cancelled;
    const closed = queue.close(10_000);
    clock.advance(10_000);
    await expect(closed).resolves.toEqual([]);
    expect(statusOf(queue, job)).toBe('cancelled');
  });
});

describe('ended jobs', () => {
  async function endJobs(count: number) {
    const set = setUp({
      maxQueued: 300,
      perform: async () => ({ ...noStats, skipped: Array.from({ length: 30 }, (_, n) => ({ path: `f${n}`, reason: 'binary' as const })) }),
    });
    for (let n = 0; n < count; n += 1) set.queue.submit(folder(`f${n}`));
    await waitUntil('all have ended', () => !set.queue.busy);
    return set;
  }

  test('stay for a day, and the newest 200 for ever', async () => {
    const { queue, clock } = await endJobs(210);
    expect(list(queue).total).toBe(210);
    clock.advance(25 * 60 * 60 * 1000);
    expect(list(queue).total).toBe(200);
    expect(list(queue).jobs[0]?.folder_path).toBe('/p/f209');
  });

  test('keep their examples of skipped files in the record, and few of them in a list', async () => {
    const { queue } = await endJobs(25);
    const { jobs } = list(queue);
    expect(jobs.map((job) => job.stats?.skipped.length)).toEqual(Array(25).fill(10));
    expect([jobs[0], jobs[24]].map((job) => queue.get((job as Job).id).stats?.skipped.length)).toEqual([30, 10]);
  });
});
