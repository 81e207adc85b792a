import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { systemError } from '@agent-brain/test-harness/faults';
import { requireNamespaces } from '@agent-brain/test-harness/requirements';
import { temporaryDirectory } from '@agent-brain/test-harness/temporary';
import { waitUntil } from '@agent-brain/test-harness/waiting';
import { describe, expect, test } from 'vitest';
import { faultyJournal, jobRecord, testStore } from './fixtures/job-records.ts';
import { readJournal } from './read-journal.ts';

const newFile = (): string => path.join(temporaryDirectory('jobs'), 'queue', 'jobs.jsonl');
const fixture = (name: string): string => path.join(import.meta.dirname, 'fixtures', name);
const statesIn = (file: string): Record<string, string> =>
  Object.fromEntries(readJournal(fs.readFileSync(file)).jobs.map(({ id, status }) => [id, status]));

async function saved(file: string, count: number): Promise<Buffer> {
  const { store } = testStore(file);
  await store.open();
  for (let n = 0; n < count; n += 1) await store.save(jobRecord(n));
  await store.close();
  return fs.readFileSync(file);
}

test('a file cut off at any byte gives back every line that is whole', async () => {
  const bytes = await saved(newFile(), 4);
  const ends = [...bytes.entries()].filter(([, byte]) => byte === 0x0a).map(([offset]) => offset);
  for (let size = 0; size <= bytes.length; size += 1) {
    const { jobs, bad } = readJournal(bytes.subarray(0, size));
    const whole = ends.filter((end) => size >= end).length;
    expect([size, jobs.length]).toEqual([size, whole]);
    const isTorn = size > 0 && !ends.includes(size) && !ends.includes(size - 1);
    expect([size, bad.length]).toEqual([size, Number(isTorn)]);
  }
});

test('a file with any byte of it damaged gives back every other line', async () => {
  const bytes = await saved(newFile(), 3);
  for (let offset = 0; offset < bytes.length; offset += 1) {
    for (const damage of [0x00, 0xff, 0x0a]) {
      const damaged = Buffer.from(bytes);
      damaged[offset] = damage;
      const hit = bytes.subarray(0, offset).filter((byte) => byte === 0x0a).length;
      const { jobs } = readJournal(damaged);
      // A line feed that is damaged joins two lines.
      const untouched = [0, 1, 2].filter((n) => n !== hit && !(bytes[offset] === 0x0a && n === hit + 1));
      expect(jobs.map(({ id }) => id)).toEqual(expect.arrayContaining(untouched.map((n) => jobRecord(n).id)));
    }
  }
});

test('a store that was cut off in the middle of a line goes on behind it', async () => {
  const file = newFile();
  const bytes = await saved(file, 2);
  fs.writeFileSync(file, bytes.subarray(0, bytes.length - 10));
  const { store } = testStore(file);
  expect((await store.open()).unfinished).toHaveLength(1);
  await store.save(jobRecord(5));
  await store.close();
  expect(statesIn(file)).toEqual({ [jobRecord(0).id]: 'queued', [jobRecord(5).id]: 'queued' });
});

describe.each(['ENOSPC', 'EIO', 'EROFS'])('when the system answers %s', (code) => {
  test.each(['writeFile', 'sync', 'truncate'])(
    'to %s, jobs go on in memory and nothing on disk is damaged, until it works again',
    async (failing) => {
      const file = newFile();
      let isBroken = false;
      const fault = faultyJournal((_call, name) => {
        if (isBroken && (name === failing || (failing === 'truncate' && name === 'writeFile') || name === 'open')) throw systemError(code);
      });
      const { store, clock, lines } = testStore(file, { fs: fault });
      await store.open();
      expect(await store.save(jobRecord(1))).toBe(true);
      await store.save(jobRecord(2));
      isBroken = true;
      expect(await store.save(jobRecord(3))).toBe(false);
      expect(await store.save(jobRecord(1, { status: 'running' }))).toBe(false);
      expect([store.isPersisted(jobRecord(2).id), store.isPersisted(jobRecord(3).id)]).toEqual([true, false]);
      expect(store.trouble()).toMatchObject({
        code: code === 'ENOSPC' ? 'DISK_FULL' : code === 'EIO' ? 'FILE_UNWRITABLE' : 'STATE_DIR_NOT_WRITABLE',
      });
      expect(statesIn(file)).toMatchObject({ [jobRecord(1).id]: 'queued', [jobRecord(2).id]: 'queued' });

      isBroken = false;
      clock.advance(60_000);
      await waitUntil('the file is written again', () => store.trouble() === undefined);
      expect(store.isPersisted(jobRecord(3).id)).toBe(true);
      expect(statesIn(file)).toEqual({ [jobRecord(1).id]: 'running', [jobRecord(2).id]: 'queued', [jobRecord(3).id]: 'queued' });
      expect(lines.filter(({ level }) => level === 'error')).toHaveLength(1);
      await store.close();
    },
  );
});

test('every call that fails, at every place, loses nothing that was promised', async () => {
  for (let fatal = 1; ; fatal += 1) {
    const file = newFile();
    let hasFailed = false;
    const fault = faultyJournal((call) => {
      if (call !== fatal) return;
      hasFailed = true;
      throw systemError('EIO');
    });
    const { store } = testStore(file, { fs: fault });
    await store.open();
    const promised: string[] = [];
    for (let n = 0; n < 12; n += 1) {
      const job = jobRecord(n % 3, { total_documents: n });
      if (await store.save(job)) promised.push(job.id);
    }
    await store.close();
    expect(Object.keys(statesIn(file)).sort()).toEqual([...new Set(promised)].sort());
    if (!hasFailed) return;
  }
});

test('a lock file that was replaced is noticed before anything is written', async () => {
  const file = newFile();
  const { store } = testStore(file);
  await store.open();
  await store.save(jobRecord(1));
  fs.rmSync(path.join(path.dirname(file), 'jobs.lock'));
  expect(await store.save(jobRecord(2))).toBe(false);
  expect(store.trouble()).toMatchObject({ code: 'LOCK_LOST' });
  await store.close();
});

test('a file that was removed is written anew', async () => {
  const file = newFile();
  const { store, clock } = testStore(file);
  await store.open();
  for (const n of [1, 2]) await store.save(jobRecord(n));
  fs.rmSync(file);
  expect(await store.save(jobRecord(3))).toBe(false);
  clock.advance(1_000);
  await waitUntil('the file is there again', () => store.trouble() === undefined);
  expect(Object.keys(statesIn(file))).toHaveLength(3);
  await store.close();
});

test('a directory that was removed is made again, with its lock', async () => {
  const file = newFile();
  const { store, clock } = testStore(file);
  await store.open();
  await store.save(jobRecord(1));
  fs.rmSync(path.dirname(file), { recursive: true });
  expect(await store.save(jobRecord(2))).toBe(false);
  clock.advance(1_000);
  await waitUntil('the file is there again', () => store.trouble() === undefined);
  expect(Object.keys(statesIn(file))).toHaveLength(2);
  await store.close();
});

test('a state directory that was removed is not made again', async () => {
  const file = newFile();
  const stateDir = path.dirname(path.dirname(file));
  const { store, clock } = testStore(file);
  await store.open();
  await store.save(jobRecord(1));
  fs.rmSync(stateDir, { recursive: true });
  expect(await store.save(jobRecord(2))).toBe(false);
  clock.advance(60_000);
  expect(await store.save(jobRecord(3))).toBe(false);
  await store.close();
  expect(fs.existsSync(stateDir)).toBe(false);
});

test('kill -9 at every step of a compaction loses nothing', () => {
  const jobs = 12;
  for (let call = 1; ; call += 1) {
    const file = newFile();
    const { stdout, signal, status, stderr } = spawnSync(
      process.execPath,
      [fixture('compact-and-die.ts'), file, String(jobs), String(call)],
      { encoding: 'utf8' },
    );
    const { jobs: kept, bad } = readJournal(fs.readFileSync(file));
    expect([call, kept.length, bad]).toEqual([call, jobs, []]);
    const last = Number([...stdout.matchAll(/saved (\d+)/g)].at(-1)?.[1] ?? -1);
    expect(Math.max(...kept.map((job) => job.total_documents))).toBeGreaterThanOrEqual(last);
    if (signal === 'SIGKILL') continue;
    expect([status, stderr, stdout.includes('compacted'), call > 4]).toEqual([0, '', true, true]);
    return;
  }
});

test('a disk that is full refuses a job, keeps the others, and takes it when there is room', (context) => {
  requireNamespaces(context);
  const directory = temporaryDirectory('full-disk');
  const script = 'mount -t tmpfs -o size=64k,mode=700 tmpfs "$1" && exec "$2" "$3" "$1"';
  const args = ['--mount', 'sh', '-c', script, 'sh', directory, process.execPath, fixture('jobs-on-full-disk.ts')];
  const seen = JSON.parse(execFileSync('unshare', args, { encoding: 'utf8' })) as { jobs: number };
  expect(seen).toMatchObject({ before: true, during: false, trouble: 'DISK_FULL', whole: true, after: true, left: null });
  expect(seen.jobs).toBeGreaterThanOrEqual(3);
});
