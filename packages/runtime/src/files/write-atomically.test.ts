import fs from 'node:fs';
import path from 'node:path';
import { temporaryDirectory } from '@agent-brain/test-harness/temporary';
import { expect, test } from 'vitest';
import { cleanTemporaries, removeFile, writeAtomically } from './index.ts';

const modeOf = (file: string): number => fs.statSync(file).mode & 0o777;

test('a new file is private unless another mode is asked for', async () => {
  const directory = temporaryDirectory('atomic');
  await writeAtomically(path.join(directory, 'secret'), 'x');
  await writeAtomically(path.join(directory, 'public'), 'x', { mode: 0o644 });
  expect(modeOf(path.join(directory, 'secret'))).toBe(0o600);
  expect(modeOf(path.join(directory, 'public'))).toBe(0o644 & ~process.umask());
});

test('a file that others could read is private after it was replaced', async () => {
  const file = path.join(temporaryDirectory('atomic'), 'secret');
  fs.writeFileSync(file, 'old', { mode: 0o666 });
  await writeAtomically(file, 'new');
  expect(modeOf(file)).toBe(0o600);
});

test('a symbolic link is replaced and what it points at is untouched', async () => {
  const directory = temporaryDirectory('atomic');
  const target = path.join(directory, 'target');
  const link = path.join(directory, 'link');
  fs.writeFileSync(target, 'precious');
  fs.symlinkSync(target, link);
  await writeAtomically(link, 'new');
  expect(fs.lstatSync(link).isFile()).toBe(true);
  expect(fs.readFileSync(link, 'utf8')).toBe('new');
  expect(fs.readFileSync(target, 'utf8')).toBe('precious');
});

test('a directory in place of the file is an error and leaves nothing behind', async () => {
  const directory = temporaryDirectory('atomic');
  fs.mkdirSync(path.join(directory, 'state.json'));
  await expect(writeAtomically(path.join(directory, 'state.json'), 'x')).rejects.toMatchObject({ code: 'FILE_UNWRITABLE' });
  expect(fs.readdirSync(directory)).toEqual(['state.json']);
});

test('concurrent writers leave one whole content and no temporary file', async () => {
  const file = path.join(temporaryDirectory('atomic'), 'state.json');
  const contents = Array.from({ length: 20 }, (_, index) => String(index).repeat(10_000));
  await Promise.all(contents.map((content) => writeAtomically(file, content)));
  expect(contents).toContain(fs.readFileSync(file, 'utf8'));
  expect(fs.readdirSync(path.dirname(file))).toEqual(['state.json']);
});

test('cleaning removes leftovers of dead processes and spares everything else', async () => {
  const directory = temporaryDirectory('leftovers');
  const deadPid = 2 ** 22 + 1; // beyond what Linux and macOS give out
  const names = {
    ofDeadProcess: `.state.json.${deadPid}.0123456789ab.tmp`,
    ofLivingProcess: `.state.json.${process.pid}.0123456789ab.tmp`,
    ofSomebodyElse: `.state.json.${deadPid}.swp.tmp`,
  };
  for (const name of Object.values(names)) fs.writeFileSync(path.join(directory, name), '');
  expect(await cleanTemporaries(directory)).toEqual([names.ofDeadProcess]);
  const elevenMinutesLater = () => Date.now() + 11 * 60_000;
  expect(await cleanTemporaries(directory, elevenMinutesLater)).toEqual([names.ofLivingProcess]);
  expect(fs.readdirSync(directory)).toEqual([names.ofSomebodyElse]);
  expect(await cleanTemporaries(path.join(directory, 'none'))).toEqual([]);
});

test('removing a file tells whether there was one', async () => {
  const file = path.join(temporaryDirectory('remove'), 'x');
  fs.writeFileSync(file, '');
  expect([await removeFile(file), await removeFile(file)]).toEqual([true, false]);
  await expect(removeFile(path.dirname(file))).rejects.toMatchObject({ message: expect.stringContaining(path.dirname(file)) });
});
