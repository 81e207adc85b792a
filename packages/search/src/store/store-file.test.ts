import fs from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { temporaryDirectory } from '@agent-brain/test-harness/temporary';
import { describe, expect, test } from 'vitest';
import { batch, sampleFile } from './index-store.contract.ts';
import { inspectStoreFile, salvageFolders, setAsideStore, SqliteIndexReader, SqliteIndexStore, storeFile } from './index.ts';

function filledStore(): string {
  const file = storeFile(temporaryDirectory('store'));
  const store = SqliteIndexStore.open(file);
  const lines = Array.from({ length: 40 }, (_, index) => `line${index} of many different words ${index * 7}`);
  store.commit(batch({ replace: Array.from({ length: 20 }, (_, index) => sampleFile(`f${index}.go`, lines)) }));
  while (store.maintain());
  store.close();
  return file;
}

const openBoth = (file: string) => [() => SqliteIndexReader.open(file), () => SqliteIndexStore.open(file)];

describe('a store file', () => {
  test('whose path is longer than SQLite takes is refused with its length', () => {
    let directory = temporaryDirectory('store');
    while (directory.length < 505) directory = path.join(directory, 'd'.repeat(60));
    fs.mkdirSync(directory, { recursive: true });
    expect(() => SqliteIndexStore.open(storeFile(directory))).toThrow(
      expect.objectContaining({ code: 'FILE_UNWRITABLE', message: expect.stringMatching(/its path has \d+ bytes/) }),
    );
  });

  test('that does not exist or is empty is missing, and a reader has nothing to open', () => {
    const file = storeFile(temporaryDirectory('store'));
    expect([inspectStoreFile(file), SqliteIndexReader.open(file)]).toEqual([{ state: 'missing' }, null]);
    fs.writeFileSync(file, '');
    expect([inspectStoreFile(file), SqliteIndexReader.open(file)]).toEqual([{ state: 'missing' }, null]);
    SqliteIndexStore.open(file).close();
    expect(inspectStoreFile(file)).toEqual({ state: 'usable' });
  });

  test('can be read by its owner only', () => {
    expect(fs.statSync(filledStore()).mode & 0o777).toBe(0o600);
  });

  test.each([
    ['garbage', (file: string) => fs.writeFileSync(file, 'x'.repeat(5_000))],
    ['half a header', (file: string) => fs.truncateSync(file, 60)],
    ['cut off in the middle', (file: string) => fs.truncateSync(file, Math.floor(fs.statSync(file).size / 2))],
    ['a link', (file: string) => replaceByLink(file)],
    ['a foreign database', (file: string) => replaceByForeignDatabase(file)],
  ])('that is %s is corrupt for reader and writer', (_, damage) => {
    const file = filledStore();
    damage(file);
    expect(inspectStoreFile(file)).toMatchObject({ state: 'corrupt' });
    for (const open of openBoth(file)) expect(open).toThrow(expect.objectContaining({ code: 'INDEX_CORRUPT' }));
  });

  test('of a newer format is left alone', () => {
    const file = filledStore();
    const database = new DatabaseSync(file);
    database.exec('PRAGMA user_version = 99');
    database.close();
    const before = fs.readFileSync(file);
    for (const open of openBoth(file)) expect(open).toThrow(expect.objectContaining({ code: 'INDEX_NEWER' }));
    expect(fs.readFileSync(file).equals(before)).toBe(true);
  });

  test('of an older format has nothing for a reader, and still names its folders', () => {
    const file = filledStore();
    const database = new DatabaseSync(file);
    database.exec('PRAGMA user_version = 1');
    database.close();
    expect([inspectStoreFile(file).state, SqliteIndexReader.open(file)]).toEqual(['older', null]);
    expect(salvageFolders(file)).toEqual([{ folderPath: '/p', request: null }]);
  });

  test.each([
    ['missing', (file: string) => fs.rmSync(file), 0],
    ['garbage', (file: string) => fs.writeFileSync(file, 'x'.repeat(5_000)), 0],
    ['shorter than its header says', (file: string) => fs.truncateSync(file, fs.statSync(file).size - 5 * 8192), 1],
  ])('that is %s is asked for its folders without an error', (_, damage, folders) => {
    const file = filledStore();
    damage(file);
    expect(salvageFolders(file)).toHaveLength(folders);
  });

  test('without one of its tables is corrupt for the writer', () => {
    const file = filledStore();
    const database = new DatabaseSync(file);
    database.exec('DROP TABLE skips');
    database.close();
    expect(() => SqliteIndexStore.open(file)).toThrow(expect.objectContaining({ code: 'INDEX_CORRUPT' }));
  });

  test('with a page of zeros anywhere is found corrupt when a writer opens it, or by the full check', () => {
    const file = filledStore();
    const whole = fs.readFileSync(file);
    const pages = whole.length / 8192;
    expect(pages).toBeGreaterThan(10);
    for (let page = 1; page < pages; page++) {
      const damaged = Buffer.from(whole);
      damaged.fill(0, page * 8192, (page + 1) * 8192);
      fs.writeFileSync(file, damaged);
      expect(problemsOf(file), `page ${page}`).not.toEqual([]);
    }
  });
});

describe('setting a store aside', () => {
  test('moves the file and its log away together', () => {
    const file = filledStore();
    fs.writeFileSync(`${file}-wal`, 'log');
    fs.writeFileSync(`${file}-shm`, 'memory');
    const aside = setAsideStore(file, new Date('2026-01-02T03:04:05.678Z'));
    expect(path.basename(aside)).toBe('index.corrupt-2026-01-02T03-04-05-678Z.db');
    expect(fs.readdirSync(path.dirname(file)).sort()).toEqual(['folders.json', path.basename(aside), `${path.basename(aside)}-wal`]);
  });

  test('keeps the newest two copies', () => {
    const directory = temporaryDirectory('store');
    for (const day of ['01', '02', '03', '04']) {
      fs.writeFileSync(storeFile(directory), day);
      setAsideStore(storeFile(directory), new Date(`2026-01-${day}T00:00:00Z`));
    }
    expect(fs.readdirSync(directory)).toEqual(['index.corrupt-2026-01-03T00-00-00-000Z.db', 'index.corrupt-2026-01-04T00-00-00-000Z.db']);
  });
});

function replaceByLink(file: string): void {
  fs.renameSync(file, `${file}.elsewhere`);
  fs.symlinkSync(`${file}.elsewhere`, file);
}

function replaceByForeignDatabase(file: string): void {
  fs.rmSync(file);
  const database = new DatabaseSync(file);
  database.exec('CREATE TABLE somebody_elses (data)');
  database.close();
}

function problemsOf(file: string): string[] {
  let store: SqliteIndexStore;
  try {
    store = SqliteIndexStore.open(file);
  } catch (error) {
    expect(error).toMatchObject({ code: 'INDEX_CORRUPT' });
    return [(error as Error).message];
  }
  try {
    return store.verify();
  } finally {
    store.close();
  }
}
