import { withinMs } from '@agent-brain/test-harness/timing';
import { describe, expect, test } from 'vitest';
import { compileGlobs } from './index.ts';
import { compileWildcard } from './wildcard.ts';

const matches = (pattern: string, path: string): boolean => compileGlobs([pattern]).matches(path);

describe('a glob', () => {
  test.each([
    ['*.ts', 'a.ts', true],
    ['*.ts', 'src/deep/a.ts', true],
    ['*.ts', 'a.tsx', false],
    ['*', 'a/b/c', true],
    ['src/*.ts', 'src/a.ts', true],
    ['src/*.ts', 'src/b/a.ts', false],
    ['src/*.ts', 'x/src/a.ts', false],
    ['/a.ts', 'a.ts', true],
    ['/a.ts', 'b/a.ts', false],
    ['./src/*.ts', 'src/a.ts', true],
    ['**/x/*.go', 'x/a.go', true],
    ['**/x/*.go', 'a/b/x/a.go', true],
    ['src/**/a.ts', 'src/a.ts', true],
    ['src/**/a.ts', 'src/b/c/a.ts', true],
    ['src/**', 'src/a', true],
    ['src/**', 'src', false],
    ['src/**', 'srcs/a', false],
    ['**', 'a', true],
    ['**', 'a/b', true],
    ['src', 'src/a/b.ts', true],
    ['src', 'x/src/b.ts', true],
    ['src/api', 'src/api/a.ts', true],
    ['src/api', 'src/api', true],
    ['src/api', 'src/apix', false],
    ['src/', 'src/a', true],
    ['src/', 'src', false],
    ['src/*', 'src/a', true],
    ['src/*', 'src/a/b', false],
    ['*.{ts,js}', 'a.js', true],
    ['*.{ts,js}', 'a.py', false],
    ['{src,lib}/**/*.{c,h}', 'lib/x/y.h', true],
    ['a{b,c{d,e}}', 'ace', true],
    ['a{b}', 'a{b}', true],
    ['a{b', 'a{b', true],
    ['file?.txt', 'file1.txt', true],
    ['file?.txt', 'file10.txt', false],
    ['?', '😀', true],
    ['[a-c]x', 'bx', true],
    ['[!a-c]x', 'bx', false],
    ['[^a-c]x', 'dx', true],
    ['[[:digit:]]x', '7x', true],
    ['[]]', ']', true],
    ['\\*', '*', true],
    ['\\*', 'a', false],
    ['\\!x', '!x', true],
    ['.*', '.env', true],
    ['*', '.env', true],
    ['app/[id]/page.tsx', 'app/[id]/page.tsx', true],
    ['app/[id]/page.tsx', 'app/i/page.tsx', true],
    ['app/[slug]/**', 'app/[slug]/deep/page.tsx', true],
    ['app/[slug]/**', 'app/s/page.tsx', true],
    ['app/[post-id]/*.tsx', 'app/[post-id]/page.tsx', true],
    ['[...rest]*.ts', '[...rest].test.ts', true],
    ['[[...rest]]/a', '[[...rest]]/a', true],
    ['\\[slug]', '[slug]', true],
    ['\\[slug]', 's', false],
    ['a b/*', 'a b/c', true],
    ['ü*', 'über', true],
    ['*.ts', 'A.TS', false],
  ])('%j on %j gives %s', (pattern, path, expected) => {
    expect(matches(pattern, path)).toBe(expected);
  });

  test('takes directories only where everything beneath matches', () => {
    const globs = compileGlobs(['node_modules', 'build/**', 'src/*.ts', 'logs/']);
    expect(globs.matchesDirectory('a/node_modules')).toBe(true);
    expect(globs.matchesDirectory('a/node_modules/x')).toBe(true);
    expect(globs.matchesDirectory('build')).toBe(true);
    expect(globs.matchesDirectory('logs')).toBe(true);
    expect(globs.matchesDirectory('src')).toBe(false);
  });

  test('with wildcards in its last part takes directories only where that was asked for', () => {
    expect(compileGlobs(['*.egg-info']).matches('x.egg-info/PKG')).toBe(false);
    const exclude = compileGlobs(['*.egg-info'], { wildcardDirectories: true });
    expect(exclude.matches('x.egg-info/PKG')).toBe(true);
    expect(exclude.matchesDirectory('lib/x.egg-info')).toBe(true);
  });

  test.each(['', '!a', '{a,b}'.repeat(9), '[', '[a', 'src/[a-/b]', '[]', '{a,[b}', 'a\\', '*.{ts,js', 'x{a,{b,c}'])(
    '%j is refused',
    (pattern) => {
      expect(() => compileGlobs([pattern])).toThrow(expect.objectContaining({ code: 'REQUEST_INVALID' }));
    },
  );

  test('matches nothing when there is none', () => {
    const none = compileGlobs([]);
    expect([none.isEmpty, none.matches('a'), none.matchesDirectory('a')]).toEqual([true, false, false]);
  });

  test('counts with its braces: a list that stands for thousands of patterns is refused', () => {
    const braces = (index: number): string => `${'{a,b}'.repeat(8)}${index}`;
    expect(() => compileGlobs(Array.from({ length: 3 }, (_, index) => braces(index)))).toThrow(
      expect.objectContaining({ code: 'REQUEST_INVALID', message: expect.stringContaining('768 alternatives') }),
    );
    expect(compileGlobs([braces(2), ...Array(256).fill('*.ts')]).matches('abababab2')).toBe(true);
  });

  test.each([
    ['*😀b', 'x😀😀b', true],
    ['?*?', '😀', false],
    ['*?', '😀', true],
    ['[😀-😂]', '😁', true],
  ])('takes characters outside the basic plane for one: %j on %j gives %s', (pattern, path, expected) => {
    expect(matches(pattern, path)).toBe(expected);
  });

  test('made to be slow stays quick', () => {
    const started = performance.now();
    expect(compileWildcard(`${'*a'.repeat(120)}b`).matches('a'.repeat(255))).toBe(false);
    expect(matches(`${'**/a*/'.repeat(60)}b`, `${'aaaa/'.repeat(800)}c`)).toBe(false);
    expect(performance.now() - started).toBeLessThan(withinMs(1000));
  });
});
