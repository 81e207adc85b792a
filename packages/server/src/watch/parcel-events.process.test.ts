import fs from 'node:fs';
import path from 'node:path';
import { temporaryDirectory } from '@agent-brain/test-harness/temporary';
import { waitUntil } from '@agent-brain/test-harness/waiting';
import { expect, test } from 'vitest';
import { parcelEvents } from './parcel-events.ts';

test('tells of files that are made, changed and deleted, and nothing after its end', async () => {
  const directory = temporaryDirectory('source');
  const ignored = path.join(directory, 'ignored');
  fs.mkdirSync(ignored);
  const seen: string[] = [];
  const source = await parcelEvents();
  const subscription = await source.subscribe({
    directory,
    ignore: [ignored],
    onEvents: (events) => void seen.push(...events.map(({ kind, path: changed }) => `${kind} ${path.relative(directory, changed)}`)),
    onError: (error) => void seen.push(error.message),
  });
  const sees = (line: string): Promise<unknown> => waitUntil(line, () => seen.includes(line));
  fs.writeFileSync(path.join(ignored, 'a.ts'), 'x');
  fs.writeFileSync(path.join(directory, 'a.ts'), 'x');
  await sees('create a.ts');
  fs.appendFileSync(path.join(directory, 'a.ts'), 'y');
  await sees('update a.ts');
  fs.rmSync(path.join(directory, 'a.ts'));
  await sees('delete a.ts');
  expect(seen.filter((line) => line.includes('ignored'))).toEqual([]);
  await subscription.close();
  const { length } = seen;
  fs.writeFileSync(path.join(directory, 'b.ts'), 'x');
  const other = await source.subscribe({ directory, ignore: [], onEvents: () => void seen.push('other'), onError: () => {} });
  fs.writeFileSync(path.join(directory, 'c.ts'), 'x');
  await sees('other');
  expect(seen.slice(length).filter((line) => line !== 'other')).toEqual([]);
  await other.close();
});
