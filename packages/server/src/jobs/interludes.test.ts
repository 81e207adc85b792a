import { indexRequestSchema, type IndexStats } from '@agent-brain/contract/jobs';
import type { IndexProgress } from '@agent-brain/search/engine';
import { waitUntil } from '@agent-brain/test-harness/waiting';
import { describe, expect, test } from 'vitest';
import { ManualClock } from '../clock/index.ts';
import { FakeEngine, MemoryJobStore, noStats } from '../fixtures/index.ts';
import { engineWork, JobQueue } from './index.ts';

const config = { include: [], exclude: [], languages: [], chunkSize: 1500, chunkOverlap: 0, maxFileBytes: 1_000_000 };
const submission = (folder: string) => ({
  operation: 'index' as const,
  folder,
  request: indexRequestSchema.parse({ folder_path: folder }),
});

interface HeldInterlude {
  readonly done: Promise<IndexStats>;
  readonly state: { begun: boolean };
  progress(progress: Partial<IndexProgress>): void;
  finish(): void;
  fail(error: Error): void;
}

function setUp({ timeoutS = 7200, start = true } = {}) {
  const engine = new FakeEngine();
  const clock = new ManualClock();
  const store = new MemoryJobStore();
  const uses: string[] = [];
  const queue = new JobQueue({
    store,
    projectId: 'p_00000000',
    perform: engineWork(engine, config),
    maxQueued: 100,
    timeoutS,
    clock,
    log: { info: () => {}, warn: () => {}, error: () => {} },
    onActivity: () => void uses.push('use'),
  });
  if (start) queue.start();
  const interlude = (folder = '/p'): HeldInterlude => {
    const outcome = Promise.withResolvers<IndexStats>();
    let report = (_progress: IndexProgress): void => {};
    const state = { begun: false };
    const done = queue.interlude({
      submission: submission(folder),
      perform: ({ signal, onProgress }) => {
        state.begun = true;
        report = onProgress;
        signal.addEventListener('abort', () => outcome.reject(signal.reason as Error));
        return outcome.promise;
      },
    });
    done.catch(() => {});
    return {
      state,
      done,
      progress: (progress) =>
        report({ phase: 'indexing', filesDone: 0, filesTotal: 0, chunksDone: 0, bytesDone: 0, currentFile: null, ...progress }),
      finish: () => outcome.resolve(noStats),
      fail: (error) => outcome.reject(error),
    };
  };
  const list = () => queue.list({ limit: 1000, offset: 0 });
  return { engine, clock, store, queue, interlude, list, uses };
}

const begun = (held: HeldInterlude) => waitUntil('the interlude has begun', () => held.state.begun);

describe('an interlude', () => {
  test('of less than a second leaves no job, and is no use of the instance', async () => {
    const { interlude, list, clock, store, uses } = setUp();
    const held = interlude();
    await begun(held);
    clock.advance(999);
    held.finish();
    expect(await held.done).toEqual(noStats);
    clock.advance(10_000);
    expect(list().total).toBe(0);
    expect(store.saved.size).toBe(0);
    expect(uses).toEqual([]);
  });

  test('that takes longer is a job like others, with the progress it has made', async () => {
    const { interlude, list, clock, store, queue } = setUp();
    const held = interlude('/p/src');
    await begun(held);
    held.progress({ filesDone: 30, filesTotal: 120 });
    expect(queue.stats()).toMatchObject({ runningJobId: null, filesRemaining: 90 });
    clock.advance(1_000);
    const [row] = list().jobs;
    expect(row).toMatchObject({
      status: 'running',
      trigger: 'watch',
      folder_path: '/p/src',
      progress: { files_done: 30 },
      progress_percent: 25,
    });
    expect(queue.stats().runningJobId).toBe(row?.id);
    held.finish();
    await held.done;
    expect(list().jobs[0]).toMatchObject({ status: 'completed', stats: { added: noStats.added } });
    expect(store.saved.get(row?.id ?? '')?.status).toBe('completed');
  });

  test('that fails after its first second is a failed job', async () => {
    const { interlude, list, clock } = setUp();
    const held = interlude();
    await begun(held);
    clock.advance(1_000);
    held.fail(new Error('no luck'));
    await expect(held.done).rejects.toThrow('no luck');
    expect(list().jobs[0]).toMatchObject({ status: 'failed', error: { code: 'JOB_FAILED' } });
  });

  test('can be cancelled as soon as it is listed, and then frees the slot', async () => {
    const { interlude, list, clock, queue, engine } = setUp();
    const held = interlude();
    await begun(held);
    clock.advance(1_000);
    const { job } = queue.submit(submission('/p/next'));
    await queue.cancel(list().jobs[0]?.id ?? '', { force: true });
    await expect(held.done).rejects.toMatchObject({ code: 'JOB_CANCELLED' });
    await engine.run(0);
    expect(queue.get(job.id).status).toBe('running');
  });

  test('ends with the time limit of jobs', async () => {
    const { interlude, list, clock } = setUp({ timeoutS: 2 });
    const held = interlude();
    await begun(held);
    clock.advance(2_000);
    await expect(held.done).rejects.toMatchObject({ code: 'JOB_TIMEOUT' });
    expect(list().jobs[0]).toMatchObject({ status: 'failed', error: { code: 'JOB_TIMEOUT' } });
  });

  test('never makes a job of the same folder a duplicate', async () => {
    const { interlude, clock, queue } = setUp();
    await begun(interlude('/p/src'));
    clock.advance(1_000);
    expect(queue.submit(submission('/p/src')).job.status).toBe('queued');
  });
});

describe('turns', () => {
  test('an interlude waits for one job and not for all that wait', async () => {
    const { interlude, queue, engine } = setUp();
    for (const name of ['a', 'b', 'c']) queue.submit(submission(`/p/${name}`));
    const first = await engine.run(0);
    const held = interlude();
    expect(held.state.begun).toBe(false);
    first.finish();
    await begun(held);
    expect(engine.runs).toHaveLength(1);
  });

  test('interludes that never end do not keep jobs from running', async () => {
    const { interlude, queue, engine } = setUp();
    const [first, second, third] = [interlude(), interlude(), interlude()];
    await begun(first);
    queue.submit(submission('/p/a'));
    queue.submit(submission('/p/b'));
    first.finish();
    const a = await engine.run(0);
    expect(second.state.begun).toBe(false);
    a.finish();
    await begun(second);
    second.finish();
    (await engine.run(1)).finish();
    await begun(third);
  });

  test('nothing runs before the queue is started, and nothing after it was closed', async () => {
    const { interlude, queue } = setUp({ start: false });
    const held = interlude();
    expect([held.state.begun, queue.busy]).toEqual([false, true]);
    queue.start();
    await begun(held);
    const waiting = interlude();
    await queue.close(1_000);
    await expect(held.done).rejects.toMatchObject({ code: 'JOB_CANCELLED' });
    await expect(waiting.done).rejects.toMatchObject({ code: 'SHUTTING_DOWN' });
    await expect(interlude().done).rejects.toMatchObject({ code: 'SHUTTING_DOWN' });
  });

  test('a stop cancels one that is listed instead of putting it back: the next process compares anyway', async () => {
    const { interlude, queue, clock, list } = setUp();
    await begun(interlude());
    clock.advance(1_000);
    expect(await queue.close(1_000)).toEqual([]);
    expect(list().jobs[0]).toMatchObject({ status: 'cancelled', error: { code: 'JOB_CANCELLED' } });
  });
});
