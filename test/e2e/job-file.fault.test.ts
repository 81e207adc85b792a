import { readdirSync, readFileSync, watch, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Job } from '@agent-brain/contract/jobs';
import { noteFigure } from '@agent-brain/test-harness/figures';
import { seededRandom, testSeed } from '@agent-brain/test-harness/random';
import { requireSoak } from '@agent-brain/test-harness/requirements';
import { waitUntil } from '@agent-brain/test-harness/waiting';
import { describe, expect, type TestContext, test } from 'vitest';
import { PATIENCE, ServedQueue, smallFolders } from './served-queue.ts';

/* The file of jobs under a real server process; every byte and every system call is in job-store/file-job-store.fault.test.ts. */

const LINE_FEED = 0x0a;
const folders = 6;

/** A stopped project whose file holds ended and waiting jobs, as the server wrote them. */
async function projectWithFile() {
  const queue = await ServedQueue.start(smallFolders(folders), { slow: 400 });
  for (let n = 0; n < 3; n += 1) await queue.ended(await queue.submitted(`folder${n}`));
  await queue.works(await queue.submitted('slow'));
  for (let n = 3; n < folders; n += 1) await queue.submitted(`folder${n}`);
  queue.kill();
  return { queue, bytes: readFileSync(queue.file) };
}

/** The last whole state of each job in the file. */
function statesIn(bytes: Buffer): Map<string, Job> {
  const whole = bytes.subarray(0, bytes.lastIndexOf(LINE_FEED) + 1).toString('utf8');
  const lines = whole.split('\n').filter((line) => line !== '');
  return new Map(lines.map((line) => JSON.parse(line) as Job).map((job) => [job.id, job]));
}

async function startCutOff(queue: ServedQueue, bytes: Buffer, size: number): Promise<void> {
  writeFileSync(queue.file, bytes.subarray(0, size));
  await queue.restart();
  // The last line may be whole and lack nothing but its line feed.
  const isWhole = size > 0 && bytes[size] === LINE_FEED;
  const expected = statesIn(bytes.subarray(0, isWhole ? size + 1 : size));
  const { jobs } = await queue.list('?limit=1000');
  queue.kill();
  expect([size, jobs.map(({ id }) => id).toSorted()]).toEqual([size, [...expected.keys()].toSorted()]);
  for (const job of jobs) {
    const { status, completed_at } = expected.get(job.id) as Job;
    if (completed_at !== null) expect([size, job.id, job.status, job.completed_at]).toEqual([size, job.id, status, completed_at]);
  }
}

describe('a server whose file of jobs was cut off', () => {
  async function cutOff(context: TestContext, count: number): Promise<void> {
    const seed = testSeed();
    const random = seededRandom(seed);
    const { queue, bytes } = await projectWithFile();
    const ends = [...bytes.entries()].filter(([, byte]) => byte === LINE_FEED).map(([offset]) => offset);
    const last = ends.at(-1) as number;
    const sizes = new Set([last, last - 1, random.pick(ends) + 1, 0]);
    while (sizes.size < count) sizes.add(random.below(bytes.length));
    for (const size of sizes) await startCutOff(queue, bytes, size);
    noteFigure(context, `${sizes.size} lengths of a file of ${bytes.length} bytes, seed ${seed}`);
  }

  test('has every job whose line is whole, wherever that was', (context) => cutOff(context, 5));

  test('has them at a hundred places', (context) => {
    requireSoak(context);
    return cutOff(context, 100);
  });
});

/** So many that a megabyte of dead lines is not three quarters of the file, which would be compacted at the start. */
const manyJobs = 500;
const compactedAtBytes = 1024 * 1024;

/**
 * Brings the file close to its next compaction: many ended jobs like the one in it, and nearly a megabyte of lines that
 * count no more, because each of them says again what a later one says.
 */
function addDeadLines(file: string): void {
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  const ended = lines.findLast((line) => (JSON.parse(line) as Job).status === 'completed') as string;
  for (let n = statesIn(readFileSync(file)).size; n < manyJobs; n += 1)
    lines.push(JSON.stringify({ ...(JSON.parse(ended) as Job), id: `job_${String(n).padStart(12, '0')}` }));
  const live = new Map(lines.map((line) => [(JSON.parse(line) as Job).id, line]));
  const sizeOf = (some: Iterable<string>): number => [...some].reduce((sum, line) => sum + Buffer.byteLength(line) + 1, 0);
  let dead = sizeOf(lines) - sizeOf(live.values());
  const repeated: string[] = [];
  while (dead + 3 * Buffer.byteLength(ended) < compactedAtBytes) {
    const line = [...live.values()][repeated.length % live.size] as string;
    repeated.push(line);
    dead += Buffer.byteLength(line) + 1;
  }
  writeFileSync(file, `${[...repeated, ...lines].join('\n')}\n`);
}

/** Kills the server when the temporary file of a compaction appears. @returns whether it was killed before the rename */
async function killInCompaction(queue: ServedQueue): Promise<boolean> {
  const directory = path.dirname(queue.file);
  const seen: string[] = [];
  const watcher = watch(directory, (_event, name) => {
    if (seen.length > 0 || name?.endsWith('.tmp') !== true) return;
    seen.push(name);
    queue.kill();
  });
  try {
    for (let n = 0; seen.length === 0 && n < 100; n += 1) await queue.submit(`folder${n % folders}`).catch(() => undefined);
    await waitUntil('a compaction has begun', () => seen.length > 0, PATIENCE);
  } finally {
    watcher.close();
  }
  return readdirSync(directory).some((name) => seen.includes(name));
}

describe('a server that is killed while it compacts its file of jobs', () => {
  async function killOften(context: TestContext, rounds: number): Promise<void> {
    const queue = await ServedQueue.start(smallFolders(folders));
    let inTheMiddle = 0;
    const known = new Map<string, Job>();
    for (let round = 0; round < rounds; round += 1) {
      await queue.submit(`folder${round % folders}`);
      await waitUntil('its jobs have ended', async () => {
        const { running_count, queued_count } = await queue.list();
        return running_count + queued_count === 0;
      });
      queue.kill();
      addDeadLines(queue.file);
      for (const [id, job] of statesIn(readFileSync(queue.file))) known.set(id, job);
      await queue.restart();
      inTheMiddle += Number(await killInCompaction(queue));
      await queue.restart();
      const { jobs } = await queue.list('?limit=1000');
      const after = new Map(jobs.map((job) => [job.id, job]));
      for (const [id, { status, completed_at }] of known) {
        const isOver = completed_at !== null;
        expect([round, after.get(id)]).toMatchObject([round, isOver ? { status, completed_at } : { id }]);
      }
      // A temporary file goes when its process is gone for good: one that nobody has waited for yet may seem to live.
      expect(readdirSync(path.dirname(queue.file)).filter((name) => name.startsWith('jobs.corrupt'))).toEqual([]);
    }
    noteFigure(context, `${rounds} kills at the sight of a compaction, ${inTheMiddle} of them before its rename`);
  }

  test('has lost nothing', (context) => killOften(context, 2));

  test('has lost nothing, twenty times', async (context) => {
    requireSoak(context);
    await killOften(context, 20);
  });
});
