import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { type Job, jobSchema } from '@agent-brain/contract/jobs';
import { temporaryDirectory } from '@agent-brain/test-harness/temporary';
import { withinMs } from '@agent-brain/test-harness/timing';
import { describe, expect, test } from 'vitest';
import { faultyJournal, jobRecord, testStore } from './fixtures/job-records.ts';

const newFile = (): string => path.join(temporaryDirectory('jobs'), 'queue', 'jobs.jsonl');
const linesOf = (file: string): Job[] =>
  fs
    .readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => jobSchema.parse(JSON.parse(line)));
const ids = (jobs: readonly Job[]): string[] => jobs.map(({ id }) => id);

async function reopened(file: string) {
  const opened = testStore(file);
  const recovered = await opened.store.open();
  await opened.store.close();
  return { ...opened, ...recovered };
}

describe('a store', () => {
  test('keeps its file for its owner alone, one whole record per line', async () => {
    const file = newFile();
    const { store } = testStore(file);
    await store.open();
    await expect(store.save(jobRecord(1))).resolves.toBe(true);
    await expect(store.save(jobRecord(1, { status: 'running' }))).resolves.toBe(true);
    expect(linesOf(file).map(({ status }) => status)).toEqual(['queued', 'running']);
    expect([fs.statSync(file).mode & 0o777, fs.statSync(path.dirname(file)).mode & 0o777]).toEqual([0o600, 0o700]);
    await store.close();
  });

  test('shares one fsync among changes that come together', async () => {
    const calls: string[] = [];
    const file = newFile();
    const { store } = testStore(file, { fs: faultyJournal((_call, name) => void calls.push(name)) });
    await store.open();
    await store.save(jobRecord(0));
    calls.length = 0;
    const saved = await Promise.all(Array.from({ length: 200 }, (_, n) => store.save(jobRecord(n + 1))));
    expect([saved.every(Boolean), linesOf(file).length]).toEqual([true, 201]);
    expect(calls.filter((name) => name === 'sync').length).toBeLessThanOrEqual(2);
    await store.close();
  });

  test('is for one process at a time', async () => {
    const file = newFile();
    const first = testStore(file);
    await first.store.open();
    await expect(testStore(file).store.open()).rejects.toMatchObject({ code: 'LOCK_TIMEOUT' });
    await first.store.close();
    await expect(reopened(file)).resolves.toMatchObject({ unfinished: [] });
  });

  test('writes progress at most twice a second and without fsync', async () => {
    const file = newFile();
    const calls: string[] = [];
    const { store, clock } = testStore(file, { fs: faultyJournal((_call, name) => void calls.push(name)) });
    await store.open();
    await store.save(jobRecord(1, { status: 'running' }));
    calls.length = 0;
    for (let tenth = 0; tenth < 20; tenth += 1) {
      store.saveProgress(jobRecord(1, { status: 'running', processed_documents: tenth }));
      clock.advance(100);
    }
    await store.close();
    expect(linesOf(file).map((job) => job.processed_documents)).toEqual([0, 0, 5, 10, 15]);
    expect(calls).not.toContain('sync');
  });
});

describe('opening', () => {
  test('gives back what waits in its order and what ended in the order of the ends', async () => {
    const file = newFile();
    const { store } = testStore(file);
    await store.open();
    for (const n of [1, 2, 3, 4, 5]) await store.save(jobRecord(n));
    for (const n of [4, 2]) await store.save(jobRecord(n, { status: 'completed' }));
    await store.close();
    const { ended, unfinished, changed } = await reopened(file);
    expect([ids(ended), ids(unfinished), changed]).toEqual([
      ids([jobRecord(4), jobRecord(2)]),
      ids([jobRecord(1), jobRecord(3), jobRecord(5)]),
      [],
    ]);
  });

  test('puts a job that ran in a crash back with one more attempt, and gives up after the third', async () => {
    const file = newFile();
    const attempts: unknown[] = [];
    for (let crash = 0; crash < 5; crash += 1) {
      const { store } = testStore(file);
      const [job] = (await store.open()).unfinished;
      attempts.push(job?.attempts);
      if (crash === 0 || job !== undefined)
        await store.save({ ...(job ?? jobRecord(1)), status: 'running', started_at: '2026-01-01T00:00:00.000Z' });
      await store.close(); // without having put it back: what a crash leaves
    }
    expect(attempts).toEqual([undefined, 1, 2, 3, undefined]);
    expect((await reopened(file)).ended).toMatchObject([
      { status: 'failed', attempts: 4, error: { code: 'JOB_CRASH_LOOP' }, completed_at: expect.any(String) },
    ]);
  });

  test('a put-back job goes on in front of the others, and begins anew', async () => {
    const file = newFile();
    const { store } = testStore(file);
    await store.open();
    for (const n of [1, 2]) await store.save(jobRecord(n));
    await store.save(jobRecord(1, { status: 'running', progress_percent: 40, attempts: 2 }));
    await store.close();
    expect((await reopened(file)).unfinished).toMatchObject([
      { id: jobRecord(1).id, progress_percent: 0, started_at: null, attempts: 3 },
      { id: jobRecord(2).id },
    ]);
  });

  test('names each line that it skips, keeps a copy of it and every other line', async () => {
    const file = newFile();
    const { store } = testStore(file);
    await store.open();
    for (const n of [1, 2, 3]) await store.save(jobRecord(n));
    await store.close();
    const good = fs.readFileSync(file, 'utf8').trimEnd().split('\n');
    const bad = [
      '{"id":',
      '\0\0\0\0',
      'null',
      '{"schema_version":2,"id":"job_000000000009"}',
      '{"id":"job_1","status":"lost"}',
      '\xff\xfe',
    ];
    fs.writeFileSync(file, `${good[0]}\n${bad.slice(0, 3).join('\n')}\n${good[1]}\n${bad.slice(3, 5).join('\n')}\n${good[2]}\n`);
    fs.appendFileSync(file, Buffer.from(`${bad[5]}\n`, 'latin1'));
    const { unfinished, lines } = await reopened(file);
    expect(ids(unfinished)).toEqual(ids([1, 2, 3].map((n) => jobRecord(n))));
    expect(lines.flatMap(({ fields }) => (typeof fields['line'] === 'number' ? [fields['line']] : []))).toEqual([2, 3, 4, 6, 7, 9]);
    expect(lines.map(({ message }) => message).join('\n')).toMatch(
      /cut off[\s\S]*not a JSON object[\s\S]*schema_version is 2[\s\S]*not UTF-8/,
    );
    const copies = fs.readdirSync(path.dirname(file)).filter((name) => name.startsWith('jobs.corrupt-'));
    expect(copies).toHaveLength(1);
    expect(
      fs
        .readFileSync(path.join(path.dirname(file), copies[0] as string), 'latin1')
        .trimEnd()
        .split('\n'),
    ).toEqual(bad);
    expect(linesOf(file)).toEqual(good.map((line) => JSON.parse(line) as Job));
  });

  test('a job whose last line is damaged has the state of the line before', async () => {
    const file = newFile();
    const { store } = testStore(file);
    await store.open();
    await store.save(jobRecord(1));
    await store.save(jobRecord(1, { status: 'completed' }));
    await store.close();
    fs.writeFileSync(file, fs.readFileSync(file, 'utf8').replace('"completed"', '"compleXed"'));
    expect((await reopened(file)).unfinished).toMatchObject([{ id: jobRecord(1).id, status: 'queued' }]);
  });
});

describe('compaction', () => {
  test('happens when the file holds four times its live records', async () => {
    const file = newFile();
    const { store } = testStore(file);
    await store.open();
    for (let change = 0; change < 400; change += 1) {
      await store.save(jobRecord(change % 20, { total_documents: change }));
      expect(linesOf(file).length).toBeLessThanOrEqual(80);
    }
    await store.close();
    expect((await reopened(file)).unfinished.map((job) => job.total_documents)).toEqual(Array.from({ length: 20 }, (_, n) => 380 + n));
  });

  test('happens when a megabyte of the file is dead', async () => {
    const file = newFile();
    const { store } = testStore(file);
    await store.open();
    const long = { code: 'JOB_FAILED', message: 'x'.repeat(100_000) };
    for (let change = 0; change < 24; change += 1) {
      await store.save(jobRecord(0, { status: 'failed', error: long, total_documents: change }));
      expect(fs.statSync(file).size).toBeLessThan(1_300_000);
    }
    await store.close();
  });

  test('drops what was forgotten and shortens what was shortened', async () => {
    const file = newFile();
    const { store } = testStore(file);
    await store.open();
    for (const n of [1, 2]) await store.save(jobRecord(n, { status: 'completed' }));
    store.forget(jobRecord(1).id);
    store.shorten(jobRecord(2, { status: 'completed', folder_path: '/short' }));
    for (let change = 0; change < 40; change += 1) await store.save(jobRecord(3));
    await store.close();
    expect(linesOf(file).map((job) => job.folder_path)).toEqual(expect.arrayContaining(['/short', jobRecord(3).folder_path]));
    expect(linesOf(file).map(({ id }) => id)).not.toContain(jobRecord(1).id);
  });
});

describe('what stands in the place of the file and is none of ours', () => {
  test.each([
    ['a FIFO', (file: string) => execFileSync('mkfifo', [file])],
    ['a link to an endless device', (file: string) => fs.symlinkSync('/dev/zero', file)],
    ['a directory', (file: string) => fs.mkdirSync(file)],
    ['a gigabyte', (file: string) => [fs.writeFileSync(file, ''), fs.truncateSync(file, 2 ** 30)]],
  ])('%s is set aside with one line in the log, and jobs are kept as ever', async (_, make) => {
    const file = newFile();
    fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    make(file);
    const { store, lines } = testStore(file);
    expect(await store.open()).toMatchObject({ ended: [], unfinished: [] });
    expect(lines.map(({ level, message }) => [level, message])).toEqual([
      ['warn', expect.stringContaining('was set aside as jobs.corrupt-')],
    ]);
    await expect(store.save(jobRecord(1))).resolves.toBe(true);
    await store.close();
    expect(ids((await reopened(file)).unfinished)).toEqual(ids([jobRecord(1)]));
  });

  test('a FIFO that takes its place while it is open costs no job and no wait', async () => {
    const file = newFile();
    const { store, clock } = testStore(file);
    await store.open();
    await store.save(jobRecord(1));
    fs.rmSync(file);
    execFileSync('mkfifo', [file]);
    await store.save(jobRecord(2));
    clock.advance(60_000);
    await store.close();
    expect(ids((await reopened(file)).unfinished)).toEqual(ids([1, 2].map((n) => jobRecord(n))));
  });

  test.each([
    ['text', '{x}\n'],
    ['objects without an id', '{}\n'],
    ['records of a job that are none', '{"id":"job_000000000009"}\n'],
  ])('200,000 lines of %s are bounded work and few lines in the log, and hide no job before them', async (_, line) => {
    const file = newFile();
    const { store } = testStore(file);
    await store.open();
    await store.save(jobRecord(1));
    await store.close();
    fs.appendFileSync(file, line.repeat(200_000));
    const started = performance.now();
    const { unfinished, lines } = await reopened(file);
    expect(performance.now() - started).toBeLessThan(withinMs(2_000));
    expect(ids(unfinished)).toEqual(ids([jobRecord(1)]));
    expect(lines.length).toBeLessThanOrEqual(3);
    expect(ids((await reopened(file)).unfinished)).toEqual(ids([jobRecord(1)]));
  });
});
