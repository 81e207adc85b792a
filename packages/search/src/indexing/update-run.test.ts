import fs from 'node:fs';
import path from 'node:path';
import { temporaryDirectory } from '@agent-brain/test-harness/temporary';
import { afterAll, expect, test } from 'vitest';
import { SqliteIndexStore, storeFile } from '../store/index.ts';
import { ParsePool } from './index.ts';
import { runInFolder, updatePaths, writeFiles } from './fixtures/run-in-folder.ts';

const pool = new ParsePool({ size: 1, fileBudgetMs: 20_000 });
afterAll(() => pool.close());

interface Case {
  before: Record<string, string>;
  /** What is removed first; then these are written. */
  gone?: string[];
  after: Record<string, string>;
  /** Each a way to tell of it. */
  told: string[][];
}

const cases: Record<string, Case> = {
  'a file before its directory': {
    before: {},
    after: { 'd/f.ts': 'alpha' },
    told: [
      ['d/f.ts', 'd'],
      ['d', 'd/f.ts', 'd'],
    ],
  },
  'an inner directory before an outer one': {
    before: {},
    after: { 'd/e/f.ts': 'alpha', 'd/g.ts': 'alpha' },
    told: [
      ['d/e', 'd'],
      ['d/e/f.ts', 'd/e', 'd/g.ts', 'd'],
      ['d/e/.gitignore', 'd'],
    ],
  },
  'a file that became a directory': {
    before: { d: 'alpha' },
    gone: ['d'],
    after: { 'd/e/f.ts': 'alpha' },
    told: [['d', 'd/e/f.ts'], ['d/e/f.ts', 'd'], ['d/e/f.ts'], ['d'], ['d/e']],
  },
  'a file that became a directory of ignored files': {
    before: { d: 'alpha', '.gitignore': '*.log\n' },
    gone: ['d'],
    after: { 'd/f.log': 'alpha' },
    told: [['d/f.log'], ['d']],
  },
  'a directory with ignore rules that became a file': {
    before: { 'd/.gitignore': '*.log\n', 'd/f.ts': 'alpha', 'd/e/g.ts': 'alpha' },
    gone: ['d'],
    after: { d: 'alpha' },
    told: [['d/.gitignore'], ['d/.gitignore', 'd/f.ts', 'd/e', 'd'], ['d'], ['d/e/g.ts'], ['d/e/.gitignore', 'd/e']],
  },
  'a directory that is gone, told from inside': {
    before: { 'd/e/f.ts': 'alpha', 'd/g.ts': 'alpha', 'a.ts': 'alpha' },
    gone: ['d'],
    after: {},
    told: [['d/e/f.ts', 'd/g.ts', 'd/e', 'd'], ['d']],
  },
};

const steps = Object.entries(cases).flatMap(([name, of]) => of.told.map((told) => [name, told, of] as const));

test.each(steps)('%s, told as %j, is in the index as it is on the disk', async (_name, told, { before, gone = [], after }) => {
  const root = temporaryDirectory('project');
  const store = SqliteIndexStore.open(storeFile(temporaryDirectory('store')));
  try {
    writeFiles(root, { 'always.ts': 'alpha', ...before });
    await runInFolder(store, root, { pool });
    for (const name of gone) fs.rmSync(path.join(root, name), { recursive: true });
    writeFiles(root, after);
    const stats = await updatePaths(store, root, told, { pool });
    const left = ['always.ts', ...Object.keys(before).filter((name) => !gone.some((top) => name === top || name.startsWith(`${top}/`)))];
    const expected = [...new Set([...left, ...Object.keys(after)])].filter((name) => !name.endsWith('.log')).sort();
    expect([...store.files()].map((file) => file.path).sort()).toEqual(expected);
    expect(stats.added + stats.changed).toBe(expected.length - left.length);
    const found = store.read((view) => view.match({ terms: ['alpha'], weights: { body: 1, path: 1, symbol: 1 }, limit: 99 }));
    expect(found.map((match) => match.path).sort()).toEqual(expected.filter((name) => !name.endsWith('.gitignore')));
    expect(store.verify()).toEqual([]);
  } finally {
    store.close();
  }
});

test('a run over a folder that was a file takes out what was known of the file', async () => {
  const root = temporaryDirectory('project');
  const store = SqliteIndexStore.open(storeFile(temporaryDirectory('store')));
  try {
    writeFiles(root, { 'in/d': 'alpha' });
    await runInFolder(store, root, { pool });
    fs.rmSync(path.join(root, 'in/d'));
    writeFiles(root, { 'in/d/f.ts': 'alpha' });
    await runInFolder(store, root, { pool, folder: path.join(root, 'in/d') });
    expect([...store.files()].map((file) => file.path)).toEqual(['in/d/f.ts']);
    expect(store.verify()).toEqual([]);
  } finally {
    store.close();
  }
});
