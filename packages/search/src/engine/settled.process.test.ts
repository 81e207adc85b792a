import fs from 'node:fs';
import path from 'node:path';
import { temporaryDirectory } from '@agent-brain/test-harness/temporary';
import { expect, test } from 'vitest';
import { SqliteIndexStore, storeBytes, storeFile } from '../store/index.ts';
import { openTestEngine, ownWord, writeManyFiles } from './fixtures/open-test-engine.ts';

/** Of more than eight commits. */
const COUNT = 4_500;

const logBytes = (file: string): number => storeBytes(file) - fs.statSync(file).size;

/** Makes the first step of what is left. */
function isTidy(file: string): boolean {
  const store = SqliteIndexStore.open(file, { mergePostings: 1 });
  try {
    return !store.maintain();
  } finally {
    store.close();
  }
}

test('what a run leaves to be tidied is done after it, also by the next process, and the index answers meanwhile', async () => {
  const root = temporaryDirectory('settled');
  writeManyFiles(root, COUNT);
  const file = storeFile(path.join(root, '.state', 'data'));
  const first = await openTestEngine(root);
  expect(await first.index()).toMatchObject({ added: COUNT });
  await first.engine.close();
  expect(isTidy(file)).toBe(false);
  const second = await openTestEngine(root);
  try {
    expect(await second.index()).toMatchObject({ unchanged: COUNT });
    expect(await second.find(ownWord(COUNT - 1))).toHaveLength(1);
    await second.engine.settled();
    expect(logBytes(file)).toBeLessThan(1024 * 1024);
    expect(second.engine.status().bytes).toBe(storeBytes(file));
    expect(await second.find(ownWord(COUNT - 1))).toHaveLength(1);
    expect(await second.engine.verify()).toMatchObject({ ok: true, documents: COUNT });
  } finally {
    await second.engine.close();
  }
  expect(logBytes(file)).toBe(0);
  expect(isTidy(file)).toBe(true);
});
