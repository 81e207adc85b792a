import fs from 'node:fs';
import path from 'node:path';
import { temporaryDirectory } from '@agent-brain/test-harness/temporary';
import { withinMs } from '@agent-brain/test-harness/timing';
import { waitUntil } from '@agent-brain/test-harness/waiting';
import { describe, expect, onTestFinished, test } from 'vitest';
import { batch, sampleFile } from '../store/index-store.contract.ts';
import { SqliteIndexStore, storeFile } from '../store/index.ts';
import { openTestEngine, type TestEngine, writeManyFiles } from './fixtures/open-test-engine.ts';

async function opened(root: string): Promise<TestEngine> {
  const engine = await openTestEngine(root);
  onTestFinished(() => engine.engine.close());
  return engine;
}

const write = (root: string, name: string, text: string): void => {
  fs.mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
  fs.writeFileSync(path.join(root, name), text);
};

const dataDirOf = (root: string): string => path.join(root, '.state', 'data');

test('a run brings the folders inside that are indexed by themselves up to date, each by its own settings', async () => {
  const root = temporaryDirectory('update');
  for (const name of ['a.go', 'in/b.go', 'in/left.go', 'in/deep/c.go']) write(root, name, `package ${path.basename(name, '.go')}word\n`);
  const { engine, index, find } = await opened(root);
  await index();
  await index({ folder: path.join(root, 'in'), request: { exclude: ['**/left.go'], watch: false } });
  await index({ folder: path.join(root, 'in/deep') });
  write(root, 'in/b.go', 'package changed\n');
  write(root, 'in/deep/d.go', 'package dword\n');
  fs.rmSync(path.join(root, 'in/deep/c.go'));
  expect(await index()).toMatchObject({ added: 1, changed: 1, removed: 1 });
  expect([await find('changed'), await find('dword'), await find('cword'), await find('leftword')]).toEqual([
    ['in/b.go'],
    ['in/deep/d.go'],
    [],
    [],
  ]);
  expect((await engine.folders()).map(({ documents }) => documents)).toEqual([1, 1, 1]);
});

describe('an engine that is told of changed paths', () => {
  test('finds what was written, and no more what was deleted or renamed, by one commit each', async () => {
    const root = temporaryDirectory('update');
    for (const name of ['a.go', 'b.go', 'sub/c.go']) write(root, name, `package ${path.basename(name, '.go')}word\n`);
    const { engine, index, update, find } = await opened(root);
    await index();
    const { generation } = engine.status();
    write(root, 'a.go', 'package changed\n');
    write(root, 'new/d.go', 'package dword\n');
    expect(await update('a.go', 'new')).toMatchObject({ changed: 1, added: 1, removed: 0 });
    expect([await find('aword'), await find('changed'), await find('dword')]).toEqual([[], ['a.go'], ['new/d.go']]);
    expect(engine.status()).toMatchObject({ generation: generation + 1, documents: 4 });
    fs.rmSync(path.join(root, 'sub'), { recursive: true });
    fs.renameSync(path.join(root, 'b.go'), path.join(root, 'e.go'));
    expect(await update('sub', 'b.go', 'e.go')).toMatchObject({ added: 1, removed: 2 });
    expect([await find('cword'), await find('bword')]).toEqual([[], ['e.go']]);
    expect(engine.status()).toMatchObject({ generation: generation + 2, documents: 3 });
    expect(await engine.verify()).toMatchObject({ ok: true, problems: [] });
  });

  test('commits nothing when nothing has changed, and passes over what no folder owns', async () => {
    const root = temporaryDirectory('update');
    write(root, 'a/x.go', 'package a\n');
    write(root, 'b/y.go', 'package b\n');
    // What was written just now would be read again.
    fs.utimesSync(path.join(root, 'a/x.go'), new Date('2020-01-01'), new Date('2020-01-01'));
    const { engine, index, update } = await opened(root);
    expect(await update('a/x.go')).toMatchObject({ added: 0 });
    expect(fs.existsSync(storeFile(dataDirOf(root)))).toBe(false);
    await index({ folder: path.join(root, 'a') });
    const { generation } = engine.status();
    const nothing = { added: 0, changed: 0, removed: 0 };
    expect(await update('a/x.go', 'a', 'b/y.go', 'b', 'gone', '/elsewhere/x.go', '.git/index')).toMatchObject(nothing);
    expect(engine.status()).toMatchObject({ generation, documents: 1 });
    expect(await update('.')).toMatchObject({ ...nothing, unchanged: 1 });
  });

  test('leaves alone what other folders own than those it is told of', async () => {
    const root = temporaryDirectory('update');
    write(root, 'a.go', 'package aword\n');
    write(root, 'inner/b.go', 'package bword\n');
    const { engine, index, find } = await opened(root);
    await index();
    await index({ folder: path.join(root, 'inner') });
    write(root, 'a.go', 'package achanged\n');
    write(root, 'inner/b.go', 'package bchanged\n');
    const config = { include: [], exclude: [], languages: [], chunkSize: 1500, chunkOverlap: 0, maxFileBytes: 1_000_000 };
    await engine.update({ paths: [root, path.join(root, 'inner/b.go')], folders: [root], config, signal: new AbortController().signal });
    expect([await find('achanged'), await find('bword'), await find('bchanged')]).toEqual([['a.go'], ['inner/b.go'], []]);
  });

  test('treats each path with the request of the folder that owns it', async () => {
    const root = temporaryDirectory('update');
    const { index, update, find } = await opened(root);
    write(root, 'in/keep.md', 'keep\n');
    await index({ request: { exclude: ['*.md'] } });
    await index({ folder: path.join(root, 'in'), request: { include_code: false } });
    for (const name of ['x.md', 'y.go', 'in/x.md', 'in/y.go']) write(root, name, 'package word\n');
    await update('x.md', 'y.go', 'in/x.md', 'in/y.go');
    expect((await find('word')).sort()).toEqual(['in/x.md', 'y.go']);
    await update('.');
    expect((await find('word')).sort()).toEqual(['in/x.md', 'y.go']);
  });

  test('compares what an ignore file rules over when that changes', async () => {
    const root = temporaryDirectory('update');
    for (const name of ['a.go', 'sub/b.go', 'sub/c.go']) write(root, name, 'package word\n');
    const { index, update, find } = await opened(root);
    await index();
    write(root, 'sub/.agent-brainignore', 'b.go\n');
    await update('sub/.agent-brainignore');
    expect((await find('word')).sort()).toEqual(['a.go', 'sub/c.go']);
    fs.rmSync(path.join(root, 'sub/.agent-brainignore'));
    await update('sub/.agent-brainignore');
    expect((await find('word')).sort()).toEqual(['a.go', 'sub/b.go', 'sub/c.go']);
  });

  test('keeps what it knows of a folder that is gone', async () => {
    const root = temporaryDirectory('update');
    const outside = temporaryDirectory('outside');
    write(outside, 'x.go', 'package word\n');
    const { index, update, find } = await opened(root);
    await index({ folder: outside, request: { allow_external: true } });
    fs.renameSync(outside, `${outside}-moved`);
    onTestFinished(() => fs.rmSync(`${outside}-moved`, { recursive: true }));
    expect(await update(outside, path.join(outside, 'x.go'))).toMatchObject({ removed: 0 });
    expect(await find('word')).toEqual([path.join(outside, 'x.go')]);
  });

  test('stops within two seconds of being cancelled, and goes on with the next', async () => {
    const root = temporaryDirectory('update');
    write(root, 'a.go', 'package a\n');
    const { engine, index, update } = await opened(root);
    await index();
    writeManyFiles(root, 2_000);
    const cancel = new AbortController();
    const { generation } = engine.status();
    const config = { include: [], exclude: [], languages: [], chunkSize: 1500, chunkOverlap: 0, maxFileBytes: 1_000_000 };
    const running = engine.update({ paths: [root], config, signal: cancel.signal });
    await waitUntil('a first batch is committed', () => engine.status().generation > generation);
    const cancelledMs = performance.now();
    cancel.abort();
    await expect(running).rejects.toMatchObject({ code: 'JOB_CANCELLED' });
    expect(performance.now() - cancelledMs).toBeLessThan(withinMs(2_000));
    const { documents } = engine.status();
    expect(await update('.')).toMatchObject({ added: 2_001 - documents, removed: 0 });
  });

  test('passes over everything after its data were deleted, until it is indexed again', async () => {
    const root = temporaryDirectory('update');
    write(root, 'a.go', 'package word\n');
    const { index, update, find } = await opened(root);
    await index();
    fs.rmSync(dataDirOf(root), { recursive: true });
    expect(await update('a.go')).toMatchObject({ added: 0, changed: 0 });
    expect(await find('word')).toEqual([]);
    await index();
    expect(await find('word')).toEqual(['a.go']);
  });
});

describe('an index that was set aside because it was damaged', () => {
  async function damaged(): Promise<TestEngine & { root: string }> {
    const root = temporaryDirectory('damaged');
    for (const folder of ['a', 'b']) write(root, `${folder}/x.go`, `package ${folder}word\n`);
    const before = await openTestEngine(root);
    for (const folder of ['a', 'b']) await before.index({ folder: path.join(root, folder), request: { exclude: ['*.md'] } });
    await before.engine.close();
    // The tables of the first pages know the folders.
    const { size } = fs.statSync(storeFile(dataDirOf(root)));
    const handle = fs.openSync(storeFile(dataDirOf(root)), 'r+');
    for (let page = 10; page < size / 8192; page++) fs.writeSync(handle, Buffer.alloc(8192, 0x5a), 0, 8192, page * 8192);
    fs.closeSync(handle);
    return { root, ...(await opened(root)) };
  }

  test('is filled again with all its folders by the next run over one of them', async () => {
    const { root, engine, index, find } = await damaged();
    await engine.verify();
    expect(engine.status()).toMatchObject({ state: 'corrupt', needsRenewal: true });
    await index({ folder: path.join(root, 'a') });
    expect([await find('aword'), await find('bword')]).toEqual([['a/x.go'], ['b/x.go']]);
    expect(engine.status()).toMatchObject({ state: 'ready', needsRenewal: false });
    expect((await engine.folderRequests()).map(({ request }) => request?.exclude)).toEqual([undefined, ['*.md']]);
  });

  test('is filled again by the next path it is told of', async () => {
    const { engine, update, find } = await damaged();
    await update('b/x.go');
    expect([await find('aword'), await find('bword')]).toEqual([['a/x.go'], ['b/x.go']]);
    expect(engine.status()).toMatchObject({ state: 'ready', needsRenewal: false });
  });
});

test('an index with rows of another version asks to be renewed, and an update of its folders does so', async () => {
  const root = temporaryDirectory('renewal');
  write(root, 'a.go', 'package word\n');
  fs.mkdirSync(dataDirOf(root), { recursive: true });
  const store = SqliteIndexStore.open(storeFile(dataDirOf(root)));
  store.commit(batch({ folderPath: root, replace: [sampleFile('a.go', ['older rows'], { recipe: 'of another time' })] }));
  store.close();
  const { engine, update, find } = await opened(root);
  expect(engine.status().needsRenewal).toBe(true);
  expect(await update('.')).toMatchObject({ changed: 1 });
  expect(engine.status().needsRenewal).toBe(false);
  expect([await find('word'), await find('older')]).toEqual([['a.go'], []]);
});
