import fs from 'node:fs';
import path from 'node:path';
import { requireNotRoot } from '@agent-brain/test-harness/requirements';
import { temporaryDirectory } from '@agent-brain/test-harness/temporary';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type IndexStore, MemoryIndexStore, SqliteIndexStore, storeFile } from '../store/index.ts';
import { runInFolder, writeFiles } from './fixtures/run-in-folder.ts';
import type { RunProgress } from './index.ts';

function project(files: Record<string, string>): { root: string; store: MemoryIndexStore } {
  const root = temporaryDirectory('project');
  writeFiles(root, files);
  return { root, store: new MemoryIndexStore() };
}

const pathsIn = (store: IndexStore): string[] => [...store.files()].map((file) => file.path).sort();

const age = (file: string): void => fs.utimesSync(file, new Date('2020-01-01'), new Date('2020-01-01'));

describe('a run over a folder', () => {
  test('counts what is new, changed, gone and as it was', async () => {
    const { root, store } = project({ 'a.go': 'package a\n', 'b.go': 'package b\n', 'sub/c.py': 'x = 1\n', 'bin.go': 'a\0b' });
    for (const name of ['a.go', 'b.go', 'sub/c.py']) age(path.join(root, name));
    const first = await runInFolder(store, root);
    expect(first).toMatchObject({
      added: 3,
      changed: 0,
      removed: 0,
      unchanged: 0,
      skipped: [{ path: 'bin.go', reason: 'binary' }],
      skipped_count: { binary: 1 },
    });
    writeFiles(root, { 'a.go': 'package aa\n', 'b.go': null, 'd.go': 'package d\n' });
    const second = await runInFolder(store, root);
    expect(second).toMatchObject({ added: 1, changed: 1, removed: 1, unchanged: 1 });
    expect(pathsIn(store)).toEqual(['a.go', 'd.go', 'sub/c.py']);
    expect(second.duration_ms.total).toBeGreaterThanOrEqual(0);
  });

  test('reads no file whose stat is as it was', async () => {
    const { root, store } = project({ 'a.go': 'package a\n' });
    age(path.join(root, 'a.go'));
    await runInFolder(store, root);
    const dead = new URL('./fixtures/dead-parse-worker.ts', import.meta.url);
    expect(await runInFolder(store, root, { parseWorkerUrl: dead })).toMatchObject({ unchanged: 1, changed: 0 });
    await expect(runInFolder(store, root, { parseWorkerUrl: dead, request: { force: true } })).rejects.toMatchObject({
      code: 'JOB_FAILED',
    });
  });

  test('notices a change that left size and times as they were, when it came just after the reading', async () => {
    const { root, store } = project({ 'a.go': 'package a // one\n' });
    await runInFolder(store, root);
    const { atime, mtime } = fs.statSync(path.join(root, 'a.go'));
    fs.writeFileSync(path.join(root, 'a.go'), 'package a // two\n');
    fs.utimesSync(path.join(root, 'a.go'), atime, mtime);
    expect(await runInFolder(store, root)).toMatchObject({ changed: 1, unchanged: 0 });
  });

  test('reads no file again that was no text, until it changes', async () => {
    const { root, store } = project({ 'bin.go': 'a\0\0\0b', 'gone.go': 'c\0\0\0d', 'a.go': 'package a\n' });
    for (const name of ['a.go', 'bin.go', 'gone.go']) age(path.join(root, name));
    await runInFolder(store, root);
    fs.rmSync(path.join(root, 'gone.go'));
    const dead = new URL('./fixtures/dead-parse-worker.ts', import.meta.url);
    expect(await runInFolder(store, root, { parseWorkerUrl: dead })).toMatchObject({
      unchanged: 1,
      removed: 0,
      skipped_count: { binary: 1 },
    });
    expect(store.skipsBeneath('').map((skip) => skip.path)).toEqual(['bin.go']);
    writeFiles(root, { 'bin.go': 'package bin\n' });
    expect(await runInFolder(store, root)).toMatchObject({ added: 1, skipped: [] });
    expect(pathsIn(store)).toEqual(['a.go', 'bin.go']);
    expect(await runInFolder(store, root)).toMatchObject({ unchanged: 2, removed: 0 });
  });

  test('tries again after a day what could not be extracted', async () => {
    const { root, store } = project({ 'paper.pdf': '%PDF-1.4 and nothing more' });
    age(path.join(root, 'paper.pdf'));
    const readAt = () => store.fileSkip('paper.pdf')?.readAtMs ?? 0;
    expect(await runInFolder(store, root)).toMatchObject({ skipped_count: { extraction_failed: 1 } });
    const first = readAt();
    expect(await runInFolder(store, root)).toMatchObject({ skipped_count: { extraction_failed: 1 } });
    expect(readAt()).toBe(first);
    const later = new Date(Date.now() + 25 * 60 * 60 * 1_000);
    expect(await runInFolder(store, root, { now: () => later })).toMatchObject({ skipped_count: { extraction_failed: 1 } });
    expect(readAt()).toBeGreaterThan(first);
  });

  test('keeps the rows of a file that was only touched', async () => {
    const { root, store } = project({ 'a.go': 'package a\n' });
    await runInFolder(store, root);
    age(path.join(root, 'a.go'));
    expect(await runInFolder(store, root)).toMatchObject({ changed: 0, unchanged: 1 });
    expect(store.fileState('a.go')?.mtimeMs).toBe(Date.parse('2020-01-01'));
  });

  test('sees a change that left size, inode and time of modification as they were', async () => {
    const { root, store } = project({ 'a.go': 'package alpha\n' });
    age(path.join(root, 'a.go'));
    await runInFolder(store, root);
    fs.writeFileSync(path.join(root, 'a.go'), 'package omega\n');
    age(path.join(root, 'a.go'));
    expect(await runInFolder(store, root)).toMatchObject({ changed: 1, unchanged: 0 });
  });

  test('does every file again under another chunk size', async () => {
    const { root, store } = project({ 'a.go': 'package a\n', 'b.go': 'package b\n' });
    await runInFolder(store, root);
    expect(await runInFolder(store, root, { request: { chunk_size: 300 } })).toMatchObject({ changed: 2 });
    expect(store.read((view) => view.info().recipes)).toHaveLength(1);
  });

  test('takes out a file that has become something else', async () => {
    const { root, store } = project({ 'a.go': 'package a\n' });
    await runInFolder(store, root);
    fs.writeFileSync(path.join(root, 'a.go'), 'a\0\0\0b');
    expect(await runInFolder(store, root)).toMatchObject({ removed: 1, skipped: [{ path: 'a.go', reason: 'binary' }] });
    expect(pathsIn(store)).toEqual([]);
  });

  test('that only adds removes nothing', async () => {
    const { root, store } = project({ 'a.go': 'package a\n', 'b.go': 'package b\n' });
    await runInFolder(store, root);
    writeFiles(root, { 'a.go': null, 'b.go': 'b\0\0', 'c.go': 'package c\n' });
    expect(await runInFolder(store, root, { operation: 'add' })).toMatchObject({ added: 1, removed: 0 });
    expect(pathsIn(store)).toEqual(['a.go', 'b.go', 'c.go']);
  });

  test('never touches another folder, and gives files to the innermost one', async () => {
    const { root, store } = project({ 'a/1.go': 'package a\n', 'b/2.go': 'package b\n', 'a/in/3.go': 'package in\n' });
    await runInFolder(store, root, { folder: path.join(root, 'a') });
    await runInFolder(store, root, { folder: path.join(root, 'a/in') });
    await runInFolder(store, root, { folder: path.join(root, 'b') });
    const owners = () => Object.fromEntries([...store.files()].map((file) => [file.path, path.relative(root, file.folderPath)]));
    expect(owners()).toEqual({ 'a/1.go': 'a', 'a/in/3.go': 'a/in', 'b/2.go': 'b' });
    writeFiles(root, { 'a/1.go': null, 'b/2.go': null, 'a/in/3.go': null });
    await runInFolder(store, root, { folder: path.join(root, 'b') });
    expect(Object.keys(owners())).toEqual(['a/1.go', 'a/in/3.go']);
    await runInFolder(store, root, { folder: path.join(root, 'a') });
    expect(Object.keys(owners())).toEqual(['a/in/3.go']);
  });

  test('shows files outside the project by their whole path', async () => {
    const { root, store } = project({});
    const outside = temporaryDirectory('outside');
    writeFiles(outside, { 'x.go': 'package x\n' });
    await runInFolder(store, root, { folder: outside });
    expect(pathsIn(store)).toEqual([path.join(outside, 'x.go')]);
    await runInFolder(store, root);
    expect(pathsIn(store)).toEqual([path.join(outside, 'x.go')]);
  });

  test('keeps the rows of what cannot be read for now', async (context) => {
    requireNotRoot(context);
    const { root, store } = project({ 'a.go': 'package a\n', 'sub/b.go': 'package b\n', 'sub/c.go': 'package c\n' });
    await runInFolder(store, root);
    fs.chmodSync(path.join(root, 'a.go'), 0);
    fs.chmodSync(path.join(root, 'sub'), 0);
    onTestFinished(() => fs.chmodSync(path.join(root, 'sub'), 0o755));
    await runInFolder(store, root, { request: { force: true } });
    expect(pathsIn(store)).toEqual(['a.go', 'sub/b.go', 'sub/c.go']);
  });

  test('of a folder that is not there fails and removes nothing', async () => {
    const { root, store } = project({ 'sub/a.go': 'package a\n' });
    const folder = path.join(root, 'sub');
    await runInFolder(store, root, { folder });
    fs.renameSync(folder, path.join(root, 'moved'));
    await expect(runInFolder(store, root, { folder })).rejects.toMatchObject({ code: 'FOLDER_INVALID' });
    expect(pathsIn(store)).toEqual(['sub/a.go']);
  });

  test('tells its progress by phases, up to the end of each', async () => {
    const { root, store } = project(Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`f${index}.go`, `package p${index}\n`])));
    const told: RunProgress[] = [];
    await runInFolder(store, root, { onProgress: (progress) => told.push(progress) });
    expect([...new Set(told.map(({ phase }) => phase))]).toEqual(['walking', 'indexing', 'finishing']);
    expect(told.at(-1)).toMatchObject({ filesDone: 30, filesTotal: 30, chunksDone: 30 });
    expect(told.at(-1)?.bytesDone).toBeGreaterThan(300);
  });

  test('that is cancelled keeps what it committed and says why it ended', async () => {
    const { root, store } = project(Object.fromEntries(Array.from({ length: 900 }, (_, index) => [`f${index}.go`, `package p${index}\n`])));
    const cancel = new AbortController();
    const run = runInFolder(store, root, { signal: cancel.signal, onCommit: () => cancel.abort(new Error('enough')) });
    await expect(run).rejects.toThrow('enough');
    const kept = pathsIn(store).length;
    expect(kept).toBeGreaterThan(0);
    expect(kept).toBeLessThan(900);
    expect(await runInFolder(store, root)).toMatchObject({ added: 900 - kept });
  });

  test.each([
    ['MEMORY_LIMIT', { limits: { memoryLimitMb: 100, diskLimitMb: 0 }, residentBytes: () => 101 * 1024 * 1024 }],
    ['INDEX_DISK_LIMIT', { limits: { memoryLimitMb: 0, diskLimitMb: 0.01 } }],
  ])('pauses with %s over the limit; what was committed answers, and each run comes on', async (code, choice) => {
    const root = temporaryDirectory('project');
    writeFiles(root, Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`f${index}.go`, 'package alpha\n'])));
    const store = SqliteIndexStore.open(storeFile(temporaryDirectory('store')));
    onTestFinished(() => store.close());
    await expect(runInFolder(store, root, choice)).rejects.toMatchObject({ code, retryAfterS: expect.any(Number) });
    const first = pathsIn(store).length;
    expect(first).toBeGreaterThan(0);
    expect(first).toBeLessThan(1_000);
    for (let runs = 1; runs < 100; runs++) if ((await runInFolder(store, root, choice).catch(() => null)) !== null) break;
    expect(pathsIn(store)).toHaveLength(1_000);
  });
});
