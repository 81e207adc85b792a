import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Job, JobAccepted } from '@agent-brain/contract/jobs';
import { readRuntime } from '@agent-brain/test-harness/agent-brain';
import { noteFigure } from '@agent-brain/test-harness/figures';
import { type Random, seededRandom, testSeed } from '@agent-brain/test-harness/random';
import { requireSoak } from '@agent-brain/test-harness/requirements';
import { waitUntil } from '@agent-brain/test-harness/waiting';
import { expect, type TestContext, test } from 'vitest';
import { isOver, Ledger } from './queue-ledger.ts';
import { ServedQueue } from './served-queue.ts';

/*
 * Weeks of use in minutes: jobs over some folders whose files change, random cancels, kill -9 and stops at random
 * moments, restarts. What was promised (an answer 202, a cancel answered 200, an end that was seen before a later promise)
 * is held against what the next process says.
 */

const folders = 20;
const filesPerFolder = 4;
/** Dead lines that the file may hold before it is compacted, and what one batch may add to them. */
const deadBytes = 1024 * 1024 + 128 * 1024;
/**
 * What the heap of old objects may gain after the first quarter of a process that did so many jobs, garbage included.
 * Resident memory is shown and not judged: most of its growth is room for new objects, which the engine of JavaScript
 * takes up to a bound of its own.
 */
const heapGainMb = 40;
const manyLooks = 100;

/** The project, what happens to it, and what is known of it. */
class Life {
  readonly queue: ServedQueue;
  readonly random: Random;
  readonly ledger = new Ledger();
  readonly memoryMb: number[] = [];
  /** Of the main thread, objects that have survived. */
  readonly heapMb: number[] = [];
  largestFile = 0;
  #version = 0;

  constructor(queue: ServedQueue, random: Random) {
    this.queue = queue;
    this.random = random;
  }

  /** One thing that a user may do. @returns nothing; failures of connections are for the caller */
  async act(): Promise<void> {
    const { random } = this;
    const choice = random();
    if (choice < 0.55) await this.#submit();
    else if (choice < 0.75) await this.#cancel();
    else if (choice < 0.95) this.#edit();
    else await this.#glance();
  }

  async #submit(): Promise<void> {
    const { random, queue, ledger } = this;
    const body = JSON.stringify({ folder_path: `folder${random.below(folders)}`, force: random() < 0.3 });
    const url = random() < 0.2 ? '/index/add' : random() < 0.2 ? '/index?replace=true' : '/index';
    ledger.unanswered += 1;
    const answer = await queue.request(url, { method: 'POST', body });
    const said = (await answer.json()) as JobAccepted & { code: string };
    ledger.unanswered -= 1;
    if (said.code === 'SHUTTING_DOWN') throw new Error('it is stopping');
    if (answer.status === 202) {
      assert.equal(said.persisted, undefined);
      ledger.accept(said.job_id);
    } else {
      assert.ok(['JOB_DUPLICATE', 'QUEUE_FULL'].includes(said.code), said.code);
      ledger.counts[said.code === 'QUEUE_FULL' ? 'full' : 'duplicates'] += 1;
    }
  }

  async #cancel(): Promise<void> {
    const { random, queue, ledger } = this;
    const { jobs } = await queue.list('?limit=30');
    for (const job of jobs) ledger.see(job);
    const open = jobs.filter((job) => !isOver(job));
    if (open.length === 0) return;
    const target = random.pick(open);
    const answer = await queue.cancel(target.id, random() < 0.6 ? '?force=true' : '');
    const said = (await answer.json()) as Job & { code: string };
    if (answer.status === 200) {
      assert.deepEqual([said.status, said.persisted], ['cancelled', undefined]);
      ledger.ends.set(target.id, said);
      ledger.counts.cancels += 1;
    } else assert.ok(['JOB_RUNNING', 'JOB_FINISHED', 'SHUTTING_DOWN'].includes(said.code), said.code);
  }

  #edit(): void {
    this.#version += 1;
    const file = path.join(this.queue.root, `folder${this.random.below(folders)}`, `file${this.random.below(filesPerFolder)}.md`);
    if (this.random() < 0.2) rmSync(file, { force: true });
    else writeFileSync(file, `# Version ${this.#version}\n\n${'Words that are indexed anew. '.repeat(1 + this.random.below(400))}\n`);
  }

  async #glance(): Promise<void> {
    const { jobs } = await this.queue.list('?limit=100');
    this.ledger.checkUnfinished(jobs);
    for (const job of jobs) this.ledger.see(job);
    await this.#measure();
  }

  /** Asks for everything, while nobody does anything, and holds it against the promises. */
  async look(): Promise<void> {
    const jobs: Job[] = [];
    for (let total = 1; jobs.length < total; ) {
      const page = await this.queue.list(`?limit=1000&offset=${jobs.length}`);
      total = page.total;
      jobs.push(...page.jobs);
      if (page.jobs.length === 0) break;
    }
    this.ledger.check(jobs);
    for (const job of jobs) this.ledger.see(job);
    await this.#measure();
  }

  /** The queue's own process and file. */
  async #measure(): Promise<void> {
    const { pid } = readRuntime(this.queue.root);
    const resident = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    this.memoryMb.push(Math.round(Number(resident) / 1024));
    const metrics = await (await this.queue.request('/metrics')).text();
    const heap = /^nodejs_heap_space_size_used_bytes\{space="old"\} (\d+)$/m.exec(metrics)?.[1];
    this.heapMb.push(Math.round(Number(heap) / 1024 ** 2));
    if (!existsSync(this.queue.file)) return;
    const live = new Map<string, number>();
    const bytes = readFileSync(this.queue.file);
    for (const line of bytes.subarray(0, bytes.lastIndexOf(0x0a)).toString('utf8').split('\n'))
      live.set((JSON.parse(line) as Job).id, Buffer.byteLength(line) + 1);
    const liveBytes = [...live.values()].reduce((sum, size) => sum + size, 0);
    assert.ok(bytes.length - liveBytes < deadBytes, `${bytes.length - liveBytes} dead bytes in the file of jobs`);
    this.largestFile = Math.max(this.largestFile, bytes.length);
  }

  /** Several users at once until so many jobs were taken, and on until `end` has been carried out. */
  async live(jobs: number, end: () => Promise<void>): Promise<void> {
    const target = this.ledger.promised.size + jobs;
    const state = { isNear: false, isThere: false };
    const user = async (): Promise<void> => {
      while (!state.isThere) {
        try {
          await this.act();
        } catch (error) {
          // Connections break when the process ends; what was found out about the queue is no matter of connections.
          if (!state.isNear || error instanceof assert.AssertionError) throw error;
          return;
        }
      }
    };
    const ending = async (): Promise<void> => {
      await waitUntil('enough jobs were taken', () => this.ledger.promised.size >= target, { timeoutMs: 600_000 });
      await sleep(this.random() * 200);
      state.isNear = true;
      await end();
      state.isThere = true;
    };
    await Promise.all([user(), user(), user(), ending()]);
  }

  async rest(): Promise<void> {
    await waitUntil(
      'all jobs have ended',
      async () => {
        const { running_count, queued_count } = await this.queue.list('?limit=1');
        return running_count + queued_count === 0;
      },
      { timeoutMs: 120_000 },
    );
  }
}

/** After all that, the index is what the folders are. */
async function checkIndex({ queue, ledger }: Life): Promise<void> {
  for (let n = 0; n < folders; n += 1) {
    const id = await queue.submitted(`folder${n}`);
    ledger.accept(id);
    expect(await queue.ended(id)).toMatchObject({ status: 'completed' });
  }
  const said = (await (await queue.request('/index/folders')).json()) as { folders: { folder_path: string; documents: number }[] };
  for (const { folder_path, documents } of said.folders) {
    const name = path.basename(folder_path);
    expect([name, documents]).toEqual([name, readdirSync(path.join(queue.root, name)).length]);
  }
  expect(said.folders).toHaveLength(folders);
}

async function soak(context: TestContext, { lives, jobs, longLife }: { lives: number; jobs: number; longLife: number }): Promise<void> {
  const seed = testSeed();
  const text = Object.fromEntries(Array.from({ length: folders }, (_, n) => [`folder${n}/file0.md`, `# Folder ${n}\n`]));
  const queue = await ServedQueue.start(text);
  const life = new Life(queue, seededRandom(seed));
  const { ledger, random } = life;
  for (let n = 0; n < lives; n += 1) {
    const isKill = random() < 0.6;
    ledger.counts[isKill ? 'kills' : 'stops'] += 1;
    await life.live(jobs, async () => {
      if (isKill) queue.kill();
      else await queue.machine.json(queue.root, ['stop']);
    });
    if (isKill) ledger.forgetSeen();
    else ledger.settle();
    await queue.restart();
    await life.look();
  }
  life.memoryMb.length = 0;
  life.heapMb.length = 0;
  await life.live(longLife, () => Promise.resolve());
  await life.rest();
  await checkIndex(life);
  await life.look();
  report(context, seed, life);
}

function report(context: TestContext, seed: number, { ledger, memoryMb, heapMb, largestFile }: Life): void {
  const { cancels, kills, stops, duplicates, full } = ledger.counts;
  const refused = `${duplicates} duplicates and ${full} beyond the limit refused`;
  noteFigure(
    context,
    `seed ${seed}: ${ledger.promised.size} jobs over ${folders} folders, ${cancels} cancelled, ${refused}, ${kills} kills, ${stops} stops`,
  );
  noteFigure(context, `file of jobs at most ${Math.round(largestFile / 1024)} KiB`);
  const settled = (values: readonly number[]): number => Math.max(...values.slice(0, Math.ceil(values.length / 4)));
  const line = (values: readonly number[]): string =>
    `first ${values[0]}, after a quarter ${settled(values)}, last ${values.at(-1)}, peak ${Math.max(...values)}`;
  noteFigure(context, `last process, MiB: resident ${line(memoryMb)}; old objects of the main thread ${line(heapMb)}`);
  // A process of few jobs is still making itself at home.
  if (heapMb.length >= manyLooks) expect((heapMb.at(-1) as number) - settled(heapMb)).toBeLessThan(heapGainMb);
}

test('jobs that are cancelled, killed and restarted at random are neither lost nor done twice', (context) =>
  soak(context, { lives: 3, jobs: 6, longLife: 30 }));

test('two thousand of them', (context) => {
  requireSoak(context);
  return soak(context, { lives: 40, jobs: 20, longLife: 1_200 });
});
