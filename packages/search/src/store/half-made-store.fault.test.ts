import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { temporaryDirectory } from '@agent-brain/test-harness/temporary';
import { expect, onTestFinished, test } from 'vitest';
import { createTables } from './schema.ts';
import { inspectStoreFile } from './store-file.ts';

test('whoever looks at a store while it is made sees none or all of it, never a damaged one', () => {
  const file = path.join(temporaryDirectory('half-made'), 'index.db');
  const database = new DatabaseSync(file);
  onTestFinished(() => database.close());
  const seen: string[] = [];
  const exec = (sql: string): void => {
    database.exec(sql);
    seen.push(inspectStoreFile(file).state);
  };
  createTables({ exec } as unknown as DatabaseSync);
  expect(new Set(seen)).toEqual(new Set(['missing', 'usable']));
  expect(database.prepare('PRAGMA auto_vacuum').get()).toEqual({ auto_vacuum: 2 });
});
