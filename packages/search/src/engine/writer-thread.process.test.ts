import fs from 'node:fs';
import path from 'node:path';
import { indexRequestSchema } from '@agent-brain/contract/jobs';
import { temporaryDirectory } from '@agent-brain/test-harness/temporary';
import { withinMs } from '@agent-brain/test-harness/timing';
import { waitUntil } from '@agent-brain/test-harness/waiting';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { WriterCommand, WriterSettings } from './thread-messages.ts';
import { WriterThread } from './writer-thread.ts';

const sound = { isSuspect: false, isBereft: false };
const stubborn = new URL('./fixtures/stubborn-writer.ts', import.meta.url);

function writerOf(root: string, choice: Partial<WriterSettings> = {}, program?: URL): WriterThread {
  const dataDir = path.join(root, '.data');
  fs.mkdirSync(dataDir, { recursive: true });
  const settings = { root, dataDir, closedDirs: [dataDir], parseWorkers: 1, fileBudgetMs: 20_000, ...choice };
  const limits = { memoryLimitMb: 0, diskLimitMb: 0 };
  const writer = new WriterThread({ ...settings, limits }, { log: () => {}, ...(program === undefined ? {} : { program }) });
  onTestFinished(() => writer.close());
  return writer;
}

const run = (writer: WriterThread, command: WriterCommand, signal = new AbortController().signal, onProgress = () => {}) =>
  writer.run(command, sound, { signal, onProgress, onInfo: () => {}, onReplaced: () => {} });

const remove = (folder: string): WriterCommand => ({ kind: 'remove-folder', folder });

function indexOf(root: string): WriterCommand {
  const config = { include: ['*.go'], exclude: [], languages: [], chunkSize: 1500, chunkOverlap: 0, maxFileBytes: 1_000_000 };
  return { kind: 'index', order: { folder: root, operation: 'index', request: indexRequestSchema.parse({ folder_path: root }), config } };
}

const workersOfProcess = (): number => (process.report.getReport() as unknown as { workers: unknown[] }).workers.length;

describe('a writer thread', () => {
  test('that does not come back is ended a second after it was told to, and the next command has another', async () => {
    const writer = writerOf(temporaryDirectory('writer'), {}, stubborn);
    expect(await run(writer, remove('a'))).toBe('a');
    const cancel = new AbortController();
    const running = run(writer, remove('loop'), cancel.signal);
    const cancelledMs = performance.now();
    cancel.abort();
    await expect(running).rejects.toMatchObject({ code: 'JOB_CANCELLED' });
    expect(performance.now() - cancelledMs).toBeLessThan(withinMs(2_000));
    expect(await run(writer, remove('b'))).toBe('b');
  });

  test('that dies fails its command with the reason, and the next command has another', async () => {
    const writer = writerOf(temporaryDirectory('writer'), {}, stubborn);
    await expect(run(writer, remove('crash'))).rejects.toMatchObject({
      code: 'JOB_FAILED',
      message: expect.stringContaining('crashed as told'),
    });
    expect(await run(writer, remove('b'))).toBe('b');
  });

  test('without work for a while is ended, and a command that comes meanwhile waits for another', async () => {
    const root = temporaryDirectory('writer');
    fs.writeFileSync(path.join(root, 'a.go'), 'package a\n');
    const writer = writerOf(root, { idleMs: 1 });
    const before = workersOfProcess();
    for (let round = 0; round < 5; round += 1) expect(await run(writer, indexOf(root))).toMatchObject({ added: round === 0 ? 1 : 0 });
    await waitUntil('the thread has ended', () => workersOfProcess() === before);
    expect(await run(writer, indexOf(root))).toMatchObject({ unchanged: 1 });
  });

  test('can be started before the first run, and ends when none comes', async () => {
    const root = temporaryDirectory('writer');
    fs.writeFileSync(path.join(root, 'a.go'), 'package a\n');
    const before = workersOfProcess();
    const unused = writerOf(root, { idleMs: 1 });
    unused.prepare();
    await waitUntil('the thread has ended', () => workersOfProcess() === before);
    const writer = writerOf(root);
    writer.prepare();
    writer.prepare();
    expect(await run(writer, indexOf(root))).toMatchObject({ added: 1 });
    expect(workersOfProcess()).toBe(before + 1);
  });

  test('stops within two seconds while a file holds its parse worker, keeps what it had, and reads on afterwards', async () => {
    const root = temporaryDirectory('writer');
    const begun = path.join(root, 'begun');
    for (const name of ['a.go', 'note-loop.go']) fs.writeFileSync(path.join(root, name), 'package a\n');
    const writer = writerOf(root, { parseWorkerUrl: new URL('../indexing/fixtures/unruly-parse-worker.ts', import.meta.url).href });
    const index = indexOf(root);
    const cancel = new AbortController();
    const running = run(writer, index, cancel.signal);
    await waitUntil('the worker is at the file', () => fs.existsSync(begun));
    const cancelledMs = performance.now();
    cancel.abort();
    await expect(running).rejects.toMatchObject({ code: 'JOB_CANCELLED' });
    expect(performance.now() - cancelledMs).toBeLessThan(withinMs(2_000));
    fs.rmSync(path.join(root, 'note-loop.go'));
    expect(await run(writer, index)).toMatchObject({ skipped_count: { empty: 1 } });
  });
});
