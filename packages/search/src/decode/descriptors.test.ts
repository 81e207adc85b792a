import { expect, test } from 'vitest';
import { isOutOfDescriptors, opening } from './descriptors.ts';

const failure = (code: string): Error => Object.assign(new Error(code), { code });

test('a file that cannot be opened for want of descriptors is opened when there are some again', () => {
  const outcomes = ['EMFILE', 'ENFILE'];
  const open = () => {
    const code = outcomes.shift();
    if (code !== undefined) throw failure(code);
    return 7;
  };
  expect(opening('/a', open)).toBe(7);
});

test('any other failure is told at once, and a want that lasts after a while', () => {
  let calls = 0;
  const failing = (code: string) => () => {
    calls += 1;
    throw failure(code);
  };
  expect(() => opening('/a', failing('ENOENT'))).toThrow('ENOENT');
  expect(calls).toBe(1);
  expect(() => opening('/a', failing('EMFILE'))).toThrow(expect.objectContaining({ code: 'FILE_UNREADABLE' }));
  expect(calls).toBeGreaterThan(4);
});

test.each([
  ['EMFILE', true],
  ['ENFILE', true],
  ['ENOENT', false],
])('%s as a want of descriptors: %s', (code, expected) => expect(isOutOfDescriptors(failure(code))).toBe(expected));
