import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseWorkTrees } from './work-tree-by-git.ts';

const pathPart = fc.string({ minLength: 1, maxLength: 4, unit: fc.constantFrom('a', '\n', 'ü', ' ') });

test('what git prints is read back, whatever the names are', () => {
  fc.assert(
    fc.property(fc.array(pathPart, { minLength: 1, maxLength: 6 }), fc.nat(6), fc.nat(6), (parts, first, second) => {
      const up = (count: number): string => `/${parts.slice(0, Math.max(count, 0)).join('/')}`;
      const depth = Math.min(first, parts.length);
      const workTree = up(depth);
      const superproject = second < depth ? up(second) : undefined;
      const output = `${workTree}\n${superproject === undefined ? '' : `${superproject}\n`}`;
      expect(parseWorkTrees(output, up(parts.length))).toEqual({ workTree, ...(superproject === undefined ? {} : { superproject }) });
    }),
  );
});

test.each([
  ['nothing', ''],
  ['no newline', '/a/b'],
  ['a directory beside', '/a/c\n'],
  ['a directory below', '/a/b/c/d\n'],
  ['an option that an old git does not know and repeats', '/a/b\n--show-superproject-working-tree\n'],
  ['a superproject that is no ancestor', '/a/b\n/x\n'],
  ['a superproject that is the work tree', '/a/b\n/a/b\n'],
])('an answer of %s is no answer', (_, output) => {
  expect(parseWorkTrees(output, '/a/b/c')).toBeUndefined();
});
