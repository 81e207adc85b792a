import fs from 'node:fs';
import path from 'node:path';
import { temporaryDirectory } from '@agent-brain/test-harness/temporary';
import { expect, test } from 'vitest';
import { pastDirectory, removeFile, setAside, writeAtomically } from './index.ts';

const at = new Date('2026-01-02T03:04:05.678Z');
const tree = (directory: string): string[] => fs.readdirSync(directory, { recursive: true }).map(String).toSorted();

test('things are set aside in a folder of their own, links as links; what is gone meanwhile is no fault', async () => {
  const directory = temporaryDirectory('aside');
  fs.symlinkSync('/etc/passwd', path.join(directory, 'a'));
  const first = await setAside(directory, ['a', 'gone'], 'copied', at);
  expect([path.basename(first), fs.readlinkSync(path.join(first, 'a'))]).toEqual(['copied-2026-01-02T03-04-05-678Z', '/etc/passwd']);
  fs.writeFileSync(path.join(directory, 'a'), '');
  expect(await setAside(directory, ['a'], 'copied', at)).toBe(`${first}-2`);
});

test('a file is written and removed where a directory stands, which is set aside with what it holds', async () => {
  const changes: ((file: string) => Promise<unknown>)[] = [(file) => writeAtomically(file, 'text'), removeFile];
  for (const change of changes) {
    const directory = temporaryDirectory('aside');
    const file = path.join(directory, 'r.json');
    fs.mkdirSync(file);
    fs.writeFileSync(path.join(file, 'kept'), '');
    await pastDirectory(file, () => change(file));
    expect(tree(directory).filter((name) => name.endsWith('kept'))).toEqual([expect.stringMatching(/^untrusted-[^/]+\/r\.json\/kept$/)]);
    expect(fs.existsSync(file)).toBe(change !== removeFile);
  }
});

test('where no directory stands in the way, nothing is set aside and the failure is told', async () => {
  const directory = temporaryDirectory('aside');
  const file = path.join(directory, 'none', 'r.json');
  await expect(pastDirectory(file, () => writeAtomically(file, ''))).rejects.toMatchObject({ code: 'FILE_UNWRITABLE' });
  expect(tree(directory)).toEqual([]);
});
