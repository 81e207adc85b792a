import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { runInStore } from '../store/index-store.contract.ts';
import { checkStoreFile, SqliteIndexReader } from '../store/index.ts';
import { openTestEngine, ownWord, type TestEngine, testConfig, writeManyFiles } from './fixtures/open-test-engine.ts';

const files = 250;
const isSoak = process.env['AGENT_BRAIN_SOAK'] === '1';

const root = path.join(os.tmpdir(), `ab-repair ü-${process.pid}`);
const store = path.join(root, '.state', 'data', 'index.db');
const template = path.join(root, '.state', 'template');

/** A project of two folders, `docs` with a selection of its own, indexed and closed in order. */
beforeAll(async () => {
  writeManyFiles(path.join(root, 'src'), files);
  fs.mkdirSync(path.join(root, 'docs'));
  for (const name of ['kept.md', 'left.md']) fs.writeFileSync(path.join(root, 'docs', name), `# ${name.slice(0, 4)} words\n`);
  const { engine, index } = await openTestEngine(root);
  await index({ folder: path.join(root, 'src') });
  await index({ folder: path.join(root, 'docs'), request: { exclude: ['**/left.md'] } });
  await engine.close();
  fs.cpSync(path.dirname(store), template, { recursive: true });
});

beforeEach(() => {
  fs.rmSync(path.dirname(store), { recursive: true });
  fs.cpSync(template, path.dirname(store), { recursive: true });
});

afterAll(() => fs.rmSync(root, { recursive: true, force: true }));

async function reopened(): Promise<TestEngine> {
  const opened = await openTestEngine(root);
  onTestFinished(() => opened.engine.close());
  return opened;
}

const repair = ({ engine }: TestEngine, { force = false, signal = new AbortController().signal } = {}) =>
  engine.repair({ force, config: testConfig, signal, onProgress: () => {} });

async function expectWhole({ engine, find }: TestEngine): Promise<void> {
  expect(await engine.verify()).toMatchObject({ ok: true, problems: [], documents: files + 1 });
  expect(await find(ownWord(7))).toEqual(['src/d7/f7.go']);
  expect([await find('kept'), await find('left')]).toEqual([['docs/kept.md'], []]);
  expect((await engine.folders()).map(({ folder_path }) => path.relative(root, folder_path))).toEqual(['docs', 'src']);
  expect(engine.status()).toMatchObject({ state: 'ready', needsRenewal: false });
}

function fillBytes(file: string, from: number, to: number, value: number): void {
  const handle = fs.openSync(file, 'r+');
  fs.writeSync(handle, Buffer.alloc(to - from, value), 0, to - from, from);
  fs.closeSync(handle);
}

describe('a damaged index', () => {
  test.each([
    ['cut off in the middle', (file: string) => fs.truncateSync(file, Math.floor(fs.statSync(file).size / 2))],
    ['garbage', (file: string) => fs.writeFileSync(file, 'x'.repeat(90_000))],
    ['gone', (file: string) => fs.rmSync(file)],
    ['zeros in the middle', (file: string) => fillBytes(file, 5 * 8192, 9 * 8192, 0)],
    ['of a newer format', (file: string) => runInStore(file, 'PRAGMA user_version = 99')],
    ['without its tables', (file: string) => runInStore(file, 'DROP TABLE outlines')],
    ['without some rows', (file: string) => runInStore(file, 'DELETE FROM segment_rows WHERE id IN (SELECT id FROM segment_rows LIMIT 2)')],
    ['with a row too many', (file: string) => runInStore(file, "UPDATE meta SET value = value + 1 WHERE key = 'documents'")],
  ])('that is %s is found by the check, set aside, and built again with all its folders', async (_, damage) => {
    damage(store);
    const damaged = await reopened();
    const check = await damaged.engine.verify().catch((error: { code: string }) => error);
    expect(check).toMatchObject(
      'code' in check ? { code: 'INDEX_NEWER' } : { ok: false, problems: expect.arrayContaining([expect.any(String)]) },
    );
    const { repair: outcome, added } = await repair(damaged);
    expect(outcome).toMatchObject({ damaged: true, failed_folders: [] });
    expect(outcome?.problems.length).toBeGreaterThan(0);
    expect(added).toBe(files + 1);
    if (outcome?.set_aside !== null) expect(fs.existsSync(outcome?.set_aside ?? '')).toBe(true);
    await expectWhole(damaged);
  });

  test('by one flipped byte is found, or answers as before', () => {
    const whole = fs.readFileSync(store);
    const answers = answersOf(store);
    const step = isSoak ? 97 : 3_001;
    let found = 0;
    for (let position = 100; position < whole.length; position += step) {
      const damaged = Buffer.from(whole);
      damaged[position] = (damaged[position] as number) ^ 0xff;
      fs.writeFileSync(store, damaged);
      if (checkStoreFile(store).problems.length > 0) found += 1;
      // Free space of a page, or a value that no answer depends on: a time, a hash.
      else expect(answersOf(store), `byte ${position}`).toEqual(answers);
    }
    expect(found).toBeGreaterThan(10);
  });

  test('whose log was deleted after a kill is whole, or found damaged and built again', async () => {
    const { engine, index } = await openTestEngine(root);
    await index({ folder: path.join(root, 'src'), request: { force: true } });
    // As a killed process leaves it: the log is not copied back.
    fs.copyFileSync(store, `${store}.kept`);
    await engine.close();
    fs.renameSync(`${store}.kept`, store);
    const damaged = await reopened();
    const { repair: outcome } = await repair(damaged, { force: true });
    expect(outcome?.failed_folders).toEqual([]);
    await expectWhole(damaged);
  });
});

describe('a repair', () => {
  test('leaves a sound index as it is, unless it is forced', async () => {
    const sound = await reopened();
    const { generation } = sound.engine.status();
    const { repair: nothing, unchanged } = await repair(sound);
    expect([nothing, unchanged]).toEqual([{ damaged: false, problems: [], set_aside: null, folders: [], failed_folders: [] }, 0]);
    expect(sound.engine.status().generation).toBe(generation);
    const { repair: forced, changed } = await repair(sound, { force: true });
    expect([forced?.damaged, forced?.folders.length, changed]).toEqual([false, 2, files + 1]);
    await expectWhole(sound);
  });

  test('that is ended in the middle goes on where it was when it is asked again', async () => {
    fs.writeFileSync(store, 'x'.repeat(90_000));
    const damaged = await reopened();
    const ending = new AbortController();
    const first = damaged.engine.repair({
      force: false,
      config: testConfig,
      signal: ending.signal,
      onProgress: ({ phase }) => phase === 'indexing' && ending.abort(),
    });
    await expect(first).rejects.toMatchObject({ code: 'JOB_CANCELLED' });
    const { repair: outcome } = await repair(damaged);
    expect(outcome?.damaged).toBe(false);
    await expectWhole(damaged);
  });

  test('names a folder that is gone, and does the others', async () => {
    fs.writeFileSync(store, 'x'.repeat(90_000));
    const docs = path.join(root, 'docs');
    fs.renameSync(docs, `${docs}.away`);
    const damaged = await reopened();
    const { repair: outcome } = await repair(damaged);
    fs.renameSync(`${docs}.away`, docs);
    expect(outcome?.failed_folders).toMatchObject([{ folder_path: docs, code: 'FOLDER_INVALID' }]);
    expect(await damaged.find(ownWord(7))).toEqual(['src/d7/f7.go']);
  });

  test('lets questions be answered meanwhile, and a check beside a run too', async () => {
    const sound = await reopened();
    const run = sound.index({ folder: path.join(root, 'src'), request: { force: true } });
    const [check, answer] = await Promise.all([sound.engine.verify(), sound.find(ownWord(7)), run]);
    expect([check.ok, answer]).toEqual([true, ['src/d7/f7.go']]);
  });
});

function answersOf(file: string): unknown {
  const reader = SqliteIndexReader.open(file);
  try {
    return reader?.read((view) =>
      ['shared', 'words', ownWord(3), 'kept'].map((term) =>
        view
          .match({ terms: [term], weights: { body: 1, path: 2, symbol: 3 }, limit: 500 })
          .map((match) => ({ ...match, ...view.chunkOf(match), text: view.text(match.file) })),
      ),
    );
  } finally {
    reader?.close();
  }
}
