import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { requireNotRoot } from '@agent-brain/test-harness/requirements';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkFolder, isInside } from './index.ts';

let base: string;
let root: string;
beforeAll(() => {
  base = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'ab-folder-')));
  root = path.join(base, 'project');
  fs.mkdirSync(path.join(root, 'src', 'deep'), { recursive: true });
  fs.mkdirSync(path.join(base, 'elsewhere'));
  fs.mkdirSync(path.join(base, 'project-sibling'));
  fs.writeFileSync(path.join(root, 'file.txt'), 'x');
  fs.symlinkSync(path.join(root, 'src'), path.join(root, 'link-inside'));
  fs.symlinkSync(path.join(base, 'elsewhere'), path.join(root, 'link-outside'));
  fs.symlinkSync('loop', path.join(root, 'loop'));
});
afterAll(() => fs.rmSync(base, { recursive: true, force: true }));

const check = (folderPath: string, allowExternal = false) => checkFolder({ folderPath, projectRoot: root, allowExternal });

describe('checkFolder', () => {
  test.each([
    ['.', ''],
    ['src', 'src'],
    ['./src/../src/deep/', 'src/deep'],
    ['link-inside', 'src'],
  ])('%s is taken by its canonical path', async (given, inside) => {
    await expect(check(given)).resolves.toBe(path.join(root, inside));
  });

  test('takes an absolute path', async () => {
    await expect(check(path.join(root, 'src'))).resolves.toBe(path.join(root, 'src'));
  });

  test.each([
    ['no-such', 'does not exist'],
    ['file.txt', 'not a directory'],
    ['file.txt/below', 'not a directory'],
    ['loop', 'loop'],
    ['x'.repeat(300), 'too long'],
    ['a\0b', 'NUL'],
  ])('%j is refused and named', async (given, reason) => {
    const refused = check(given);
    await expect(refused).rejects.toMatchObject({ code: 'FOLDER_INVALID', status: 400, message: expect.stringContaining(reason) });
    await expect(refused).rejects.toThrow(JSON.stringify(given));
  });

  test('an unreadable directory is refused', async (context) => {
    requireNotRoot(context);
    const locked = path.join(root, 'locked');
    fs.mkdirSync(locked, { mode: 0o000 });
    await expect(check('locked')).rejects.toMatchObject({ code: 'FOLDER_INVALID', message: expect.stringContaining('permission') });
  });

  test.each(['..', '../elsewhere', '../project-sibling', 'link-outside', '/'])(
    '%s leads outside and is refused unless allowed',
    async (given) => {
      await expect(check(given)).rejects.toMatchObject({ code: 'FOLDER_OUTSIDE_PROJECT', status: 400 });
      await expect(check(given, true)).resolves.toEqual(expect.any(String));
    },
  );
});

test.each([
  ['/a', '/a', true],
  ['/a', '/a/b', true],
  ['/a', '/ab', false],
  ['/a', '/', false],
  ['/', '/a', true],
  ['/a', '/a/..b', true],
])('isInside(%s, %s) is %s', (outer, inner, inside) => {
  expect(isInside(outer, inner)).toBe(inside);
});
