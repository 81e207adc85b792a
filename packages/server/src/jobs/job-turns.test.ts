import { setImmediate as nextTurn } from 'node:timers/promises';
import { waitUntil } from '@agent-brain/test-harness/waiting';
import { expect, test } from 'vitest';
import { FakeEngine, defaultConfig, MemoryJobStore } from '../fixtures/index.ts';
import { indexRequestSchema } from '@agent-brain/contract/jobs';
import { engineWork, JobQueue, JobTurns } from './index.ts';

const quiet = { info: () => {}, warn: () => {}, error: () => {} };

/** The queue of a project, whose runs end when the test says so. */
function queueOf(projectId: string, turns: JobTurns, order: string[]) {
  const engine = new FakeEngine();
  const { chunk_size: chunkSize, chunk_overlap: chunkOverlap, max_file_bytes: maxFileBytes } = defaultConfig;
  const config = { include: [], exclude: [], languages: [], chunkSize, chunkOverlap, maxFileBytes };
  const queue = new JobQueue({
    projectId,
    store: new MemoryJobStore(),
    perform: engineWork(engine, config),
    maxQueued: 10,
    timeoutS: 60,
    log: quiet,
    turns,
  });
  queue.feed.subscribe(() => {
    const running = queue.stats().runningJobId;
    if (running !== null && order.at(-1) !== running) order.push(running);
  });
  queue.start();
  const submit = (folder: string): string =>
    queue.submit({ operation: 'index', folder, request: indexRequestSchema.parse({ folder_path: folder }) }).job.id;
  return { engine, queue, submit };
}

test('jobs of all projects take turns: the only job of one does not wait for the long queue of another', async () => {
  const order: string[] = [];
  const turns = new JobTurns(1);
  const [long, short] = [queueOf('p_long', turns, order), queueOf('p_short', turns, order)];
  const [first, second, third] = ['/a', '/b', '/c'].map(long.submit);
  await long.engine.run(0);
  const only = short.submit('/only');
  // A queue looks for its turn in the next round of the event loop.
  await nextTurn();
  (await long.engine.run(0)).finish();
  (await short.engine.run(0)).finish();
  (await long.engine.run(1)).finish();
  (await long.engine.run(2)).finish();
  await long.queue.ended(third as string);
  expect(order).toEqual([first, only, second, third]);
});

test('no more jobs run at once than are allowed, over all projects', async () => {
  const turns = new JobTurns(2);
  const projects = Array.from({ length: 4 }, (_, index) => queueOf(`p_${index}`, turns, []));
  const jobs = projects.map(({ submit }, index) => submit(`/${index}`));
  const running = (): number => projects.filter(({ queue }) => queue.stats().runningJobId !== null).length;
  await waitUntil('two run', () => running() === 2);
  for (const { engine, queue } of projects) {
    (await engine.run(0)).finish();
    await waitUntil('it has ended', () => queue.stats().runningJobId === null);
    expect(running()).toBeLessThanOrEqual(2);
  }
  await Promise.all(projects.map(({ queue }, index) => queue.ended(jobs[index] as string)));
});

test('a job that is cancelled while it waits for its turn, or a queue that is closed, takes nobody else’s', async () => {
  const turns = new JobTurns(1);
  const [busy, cancelled, closed, last] = ['p_1', 'p_2', 'p_3', 'p_4'].map((id) => queueOf(id, turns, [])) as [
    ReturnType<typeof queueOf>,
    ReturnType<typeof queueOf>,
    ReturnType<typeof queueOf>,
    ReturnType<typeof queueOf>,
  ];
  busy.submit('/1');
  const run = await busy.engine.run(0);
  const waiting = cancelled.submit('/2');
  closed.submit('/3');
  const wanted = last.submit('/4');
  await nextTurn();
  await cancelled.queue.cancel(waiting);
  await closed.queue.close(0);
  run.finish();
  (await last.engine.run(0)).finish();
  expect((await last.queue.ended(wanted)).status).toBe('completed');
});

test('the instance’s own work does not wait for a turn', async () => {
  const turns = new JobTurns(1);
  const [busy, other] = [queueOf('p_1', turns, []), queueOf('p_2', turns, [])];
  busy.submit('/1');
  const run = await busy.engine.run(0);
  const job = other.submit('/2');
  const { engine, queue } = other;
  const stats = await queue.interlude({
    submission: { operation: 'index', folder: '/2', request: indexRequestSchema.parse({ folder_path: '/2' }) },
    perform: ({ signal }) => engine.update({ paths: [], config: {} as never, signal }),
  });
  expect([stats.added, queue.get(job).status]).toEqual([1, 'queued']);
  run.finish();
  (await engine.run(0)).finish();
  await queue.ended(job);
});
