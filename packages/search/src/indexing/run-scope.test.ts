import { expect, test } from 'vitest';
import { indexPathOf, readableRoot, runScope } from './run-scope.ts';

test('paths are relative inside the project and absolute outside it', () => {
  expect(indexPathOf('/p', '/p')).toBe('');
  expect(indexPathOf('/p', '/p/a/b.go')).toBe('a/b.go');
  expect(indexPathOf('/p', '/p/..a')).toBe('..a');
  expect(indexPathOf('/p', '/px/b.go')).toBe('/px/b.go');
  expect([readableRoot('/p', '/p/a'), readableRoot('/p', '/other')]).toEqual(['/p', '/other']);
});

test('a run owns what lies in its folder and in no indexed folder inside it', () => {
  const scope = runScope('/p', '/p/a', ['/p', '/p/a', '/p/a/inner', '/p/ab', '/elsewhere']);
  expect(['a/x.go', 'a/innerx/x.go', 'a/inner/x.go', 'ab/x.go', 'x.go', '/elsewhere/x.go'].map((path) => scope.owns(path))).toEqual([
    true,
    true,
    false,
    false,
    false,
    false,
  ]);
});

test('a run over the project owns no file outside it, and one outside none inside', () => {
  expect(['x.go', '/elsewhere/x.go'].map((path) => runScope('/p', '/p', ['/p', '/elsewhere']).owns(path))).toEqual([true, false]);
  expect(['x.go', '/elsewhere/x.go'].map((path) => runScope('/p', '/elsewhere', ['/p', '/elsewhere']).owns(path))).toEqual([false, true]);
});
