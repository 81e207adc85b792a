import fs from 'node:fs';
import path from 'node:path';
import { requirePlatform, requireRoot } from '@agent-brain/test-harness/requirements';
import { temporaryDirectory } from '@agent-brain/test-harness/temporary';
import { expect, test } from 'vitest';
import { ensurePrivateDirectory } from './index.ts';

const modeOf = (file: string): number => fs.statSync(file).mode & 0o777;
const uid = process.getuid?.() ?? -1;

test('missing directories are made private', async () => {
  const outer = path.join(temporaryDirectory('private'), 'a');
  await ensurePrivateDirectory(path.join(outer, 'b'), { uid });
  expect([modeOf(outer), modeOf(path.join(outer, 'b'))]).toEqual([0o700, 0o700]);
});

test('a directory of the user with wider permissions is tightened', async () => {
  const directory = path.join(temporaryDirectory('private'), 'a');
  fs.mkdirSync(directory);
  fs.chmodSync(directory, 0o775);
  await ensurePrivateDirectory(directory, { uid });
  expect(modeOf(directory)).toBe(0o700);
});

test('a directory with narrower permissions keeps them', async () => {
  const directory = path.join(temporaryDirectory('private'), 'a');
  fs.mkdirSync(directory);
  fs.chmodSync(directory, 0o500);
  await ensurePrivateDirectory(directory, { uid });
  expect(modeOf(directory)).toBe(0o500);
});

test.each([
  ['a link to a directory', (place: string) => fs.symlinkSync(path.dirname(place), place), 'it is a symbolic link'],
  ['a dangling link', (place: string) => fs.symlinkSync('/nowhere/at-all', place), 'it is a symbolic link'],
  ['a file', (place: string) => fs.writeFileSync(place, ''), 'it is not a directory'],
])('%s in its place is refused', async (_, put, why) => {
  const place = path.join(temporaryDirectory('private'), 'a');
  put(place);
  await expect(ensurePrivateDirectory(place, { uid })).rejects.toMatchObject({
    code: 'STATE_DIR_UNSAFE',
    message: `Will not use the directory ${place} — ${why}`,
  });
});

test('a directory of another user is refused and not changed', async (context) => {
  requirePlatform(context, 'linux', 'darwin');
  requireRoot(context);
  const directory = path.join(temporaryDirectory('private'), 'a');
  fs.mkdirSync(directory);
  fs.chmodSync(directory, 0o777);
  fs.chownSync(directory, 65534, 65534);
  await expect(ensurePrivateDirectory(directory, { uid })).rejects.toMatchObject({
    code: 'STATE_DIR_UNSAFE',
    message: expect.stringContaining('user 65534'),
  });
  expect(modeOf(directory)).toBe(0o777);
});

test('a file in place of a parent is FILE_UNWRITABLE', async () => {
  const file = path.join(temporaryDirectory('private'), 'a');
  fs.writeFileSync(file, '');
  await expect(ensurePrivateDirectory(path.join(file, 'b'), { uid })).rejects.toMatchObject({ code: 'FILE_UNWRITABLE' });
});
