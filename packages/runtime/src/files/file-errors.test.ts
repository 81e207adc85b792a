import { expect, test } from 'vitest';
import { asReadError, asWriteError } from './file-errors.ts';

const system = (code: string): Error => Object.assign(new Error(code), { code });

test.each([
  ['EMFILE', /limit of open files/],
  ['ENFILE', /limit of open files/],
  ['EIO', /device/],
])('%s is no matter of permissions: the advice names its cause', (code, advice) => {
  for (const error of [asReadError(system(code), '/p/a'), asWriteError(system(code), 'write /p/a', '/p/a')]) {
    expect(error.hint).toMatch(advice);
    expect(error.hint).not.toMatch(/permission/);
    expect(error.message).toContain(`(${code})`);
  }
});

test('a file that may not be read is a matter of permissions', () => {
  expect(asReadError(system('EACCES'), '/p/a').hint).toContain('permissions');
});
