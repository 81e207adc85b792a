import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { waitUntil } from '@agent-brain/test-harness/waiting';
import { expect, onTestFinished, test } from 'vitest';
import { parcelEvents } from './parcel-events.ts';
import type { FileEvent } from './tree-events.ts';

test('a directory that needs no watch has none where its path looks like a pattern', async () => {
  const folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'ab-watch-[id] {a,b} (copy)-')));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const [ignored, watched] = [path.join(folder, '[slug]'), path.join(folder, 'src')];
  mkdirSync(ignored);
  mkdirSync(watched);
  const seen: FileEvent[] = [];
  const source = await parcelEvents();
  const subscription = await source.subscribe({
    directory: folder,
    ignore: [ignored],
    onEvents: (events) => seen.push(...events),
    onError: (error) => expect.unreachable(error.message),
  });
  onTestFinished(() => subscription.close());
  writeFileSync(path.join(ignored, 'page.js'), '1');
  writeFileSync(path.join(watched, 'page.js'), '1');
  await waitUntil('the event', () => seen.some((event) => event.path === path.join(watched, 'page.js')));
  expect(seen.filter((event) => event.path.startsWith(ignored))).toEqual([]);
});

test('where the native part is not installed, it is said that files cannot be watched, and why', async () => {
  const source = parcelEvents((name) => {
    throw new Error(`Cannot find module '${name}'\nRequire stack:\n- somewhere`);
  });
  await expect(source).rejects.toMatchObject({ code: 'WATCH_UNSUPPORTED' });
  await expect(source).rejects.toThrow(/@parcel\/watcher was not loaded: Cannot find module '@parcel\/watcher-[^']+'$/);
});
