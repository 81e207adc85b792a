import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { requireNotRoot, requirePlatform } from '@agent-brain/test-harness/requirements';
import { temporaryDirectory } from '@agent-brain/test-harness/temporary';
import { expect, test } from 'vitest';
import { readBounded, readText } from './index.ts';

function fileWith(content: string | Uint8Array): string {
  const file = path.join(temporaryDirectory('read'), 'x');
  fs.writeFileSync(file, content);
  return file;
}

test('a text is read without its byte order mark', async () => {
  expect(await readText(fileWith('\uFEFFgrüße'))).toBe('grüße');
});

test('a missing file is undefined, also below a file', async () => {
  const file = fileWith('');
  expect(await readText(`${file}.none`)).toBeUndefined();
  expect(await readText(path.join(file, 'below'))).toBeUndefined();
});

test.each([
  ['a file that is too large', () => fileWith('x'.repeat(101)), 'it has 101 bytes, more than 100'],
  ['bytes that are not UTF-8', () => fileWith(Buffer.from([0xc3, 0x28])), 'it is not UTF-8 text'],
  ['a directory', () => temporaryDirectory('read'), 'it is a directory'],
])('%s is refused with its reason', async (_, make, reason) => {
  expect(await readBounded(make(), { maxBytes: 100 })).toEqual({ state: 'refused', reason });
});

test('a FIFO without a writer is refused at once', async (context) => {
  requirePlatform(context, 'linux', 'darwin');
  const fifo = path.join(temporaryDirectory('read'), 'fifo');
  execFileSync('mkfifo', [fifo]);
  expect(await readBounded(fifo)).toEqual({ state: 'refused', reason: 'it is not a regular file' });
});

test('a symbolic link is followed only on request', async () => {
  const target = fileWith('linked');
  const link = `${target}.link`;
  fs.symlinkSync(target, link);
  expect(await readBounded(link)).toEqual({ state: 'refused', reason: 'it is a symbolic link' });
  await expect(readText(link)).rejects.toMatchObject({ code: 'FILE_UNREADABLE', message: `Cannot read ${link} — it is a symbolic link` });
  expect(await readText(link, { followLinks: true })).toBe('linked');
});

test('a file without read permission is FILE_UNREADABLE', async (context) => {
  requireNotRoot(context);
  const file = fileWith('x');
  fs.chmodSync(file, 0);
  await expect(readText(file)).rejects.toMatchObject({ code: 'FILE_UNREADABLE', message: expect.stringContaining('permission denied') });
});
