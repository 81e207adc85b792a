import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { waitUntil } from '@agent-brain/test-harness/waiting';
import os from 'node:os';
import path from 'node:path';

import { queryRequestSchema } from '@agent-brain/contract/query';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { fillPage, runInStore } from '../store/index-store.contract.ts';
import { openTestEngine, ownWord, type TestEngine, testConfig, writeManyFiles } from './fixtures/open-test-engine.ts';

const files = 60;
const root = path.join(os.tmpdir(), `ab-damage-${process.pid}`);
const store = path.join(root, '.state', 'data', 'index.db');
const template = path.join(root, '.state', 'template');
const hurt = 'src/d7/f7.go';

beforeAll(async () => {
  writeManyFiles(path.join(root, 'src'), files);
  const { engine, index, update } = await openTestEngine(root);
  await index({ folder: path.join(root, 'src') });
  fs.appendFileSync(path.join(root, hurt), '// another segment\n');
  await update(hurt);
  await engine.close();
  fs.cpSync(path.dirname(store), template, { recursive: true });
});

beforeEach(() => {
  fs.rmSync(path.dirname(store), { recursive: true });
  fs.cpSync(template, path.dirname(store), { recursive: true });
});

afterAll(() => fs.rmSync(root, { recursive: true, force: true }));

async function opened(): Promise<TestEngine & { reasons: string[] }> {
  const reasons: string[] = [];
  const opening = await openTestEngine(root, { onDamage: (reason) => reasons.push(reason) });
  onTestFinished(() => opening.engine.close());
  return { ...opening, reasons };
}

const ask = ({ engine }: TestEngine, query = 'shared words') =>
  engine.query(queryRequestSchema.parse({ query, mode: 'bm25', top_k: 100, group: 'file' }));

async function expectWhole({ engine, find }: TestEngine): Promise<void> {
  expect(await engine.verify()).toMatchObject({ ok: true, problems: [], documents: files });
  expect(await find(ownWord(7))).toEqual([hurt]);
  expect(engine.status()).toMatchObject({ state: 'ready', needsRenewal: false, documents: files });
}

const ofHurt = `(SELECT id FROM files WHERE path = '${hurt}')`;

/** Of each: what is done behind the store's back, and whether it shows when the store is opened. */
const damages: Record<string, { sql: string; shows: boolean }> = {
  'chunks that no file has': {
    sql: `UPDATE meta SET value = value - (SELECT chunk_count FROM files WHERE path = '${hurt}') WHERE key = 'chunks';
      UPDATE meta SET value = value - 1 WHERE key = 'documents';
      DELETE FROM outlines WHERE file = ${ofHurt}; DELETE FROM files WHERE path = '${hurt}'`,
    shows: true,
  },
  'a file without its chunks': { sql: `DELETE FROM outlines WHERE file = ${ofHurt}`, shows: false },
  'a text that cannot be read': {
    sql: `UPDATE texts SET zstd = x'00' WHERE block = (SELECT text_block FROM files WHERE path = '${hurt}')`,
    shows: false,
  },
  'postings that cannot be read': {
    sql: `UPDATE segment_rows SET data = zeroblob(length(data)) WHERE id = (SELECT max(id) FROM segment_rows)`,
    shows: false,
  },
  'a segment without its rows': {
    sql: `DELETE FROM segment_rows WHERE id / 16777216 = (SELECT max(id) FROM segments)`,
    shows: false,
  },
};

describe.each(Object.entries(damages))('an index with %s', (_name, { sql, shows }) => {
  test('answers from what is sound, says so, and is repaired in its place', async () => {
    runInStore(store, sql);
    const damaged = await opened();
    if (shows) expect(damaged.engine.status()).toMatchObject({ state: 'corrupt', needsRenewal: true });
    const answer = await ask(damaged);
    expect(answer.results.map((result) => result.path)).not.toContain(hurt);
    expect(answer.results.length).toBeGreaterThan(files / 2);
    expect(answer.warnings).toEqual([expect.stringContaining('damaged')]);
    await waitUntil('whoever opened the engine hears of it', () => damaged.reasons.length > 0);
    expect(damaged.engine.status()).toMatchObject({ state: 'corrupt', needsRenewal: true });
    await damaged.update('.');
    await expectWhole(damaged);
    expect(damaged.reasons).toHaveLength(1);
    expect(fs.readdirSync(path.dirname(store)).filter((name) => name.startsWith('index.corrupt'))).toEqual([]);
    expect((await ask(damaged)).warnings).toEqual([]);
  });
});

describe('an index', () => {
  test('whose pages are damaged goes on answering until the new one is filled', async () => {
    fillPage(store, 'files_of_text_block');
    const open = await opened();
    expect((await ask(open)).results).toHaveLength(files);
    expect(await open.engine.verify()).toMatchObject({ ok: false });
    const meanwhile: ReturnType<typeof ask>[] = [];
    await open.engine.repair({
      force: false,
      config: testConfig,
      signal: new AbortController().signal,
      onProgress: ({ phase }) => phase === 'indexing' && meanwhile.push(ask(open)),
    });
    const counts = (await Promise.all(meanwhile)).map(({ results }) => results.length);
    expect(counts.length).toBeGreaterThan(0);
    expect(counts.every((count) => count === files)).toBe(true);
    await expectWhole(open);
  });

  test.each([
    ['an empty file', () => fs.writeFileSync(store, '')],
    ['gone', () => fs.rmSync(store)],
    ['a pipe', () => (fs.rmSync(store), execFileSync('mkfifo', [store]))],
    ['a directory', () => (fs.rmSync(store), fs.mkdirSync(store))],
    ['garbage', () => fs.writeFileSync(store, 'x'.repeat(90_000))],
  ])('that is %s is reported, and made again with its folders', async (_name, damage) => {
    damage();
    const lost = await opened();
    expect(lost.engine.status()).toMatchObject({ state: 'corrupt', needsRenewal: true });
    await waitUntil('whoever opened the engine hears of it', () => lost.reasons.length > 0);
    expect((await lost.engine.folderRequests()).map(({ folderPath }) => folderPath)).toEqual([path.join(root, 'src')]);
    await lost.update('.');
    await expectWhole(lost);
  });
});
