import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { tokenize } from '../tokenize/index.ts';
import { findHighlights, findHit, type HitQuery } from './find-hit.ts';

const query = (terms: Record<string, number>, more: Partial<HitQuery> = {}): HitQuery => ({
  terms: new Map(Object.entries(terms)),
  prefixes: [],
  symbols: [],
  ...more,
});
const hitIn = (lines: readonly string[], asked: HitQuery, definitions: readonly string[] = [], language = 'python') =>
  findHit({ lines, language, definitions }, asked);

describe('the hit of a chunk', () => {
  test('is the line with the rare word, not the first with a common one', () => {
    const lines = ['set the value', ...Array.from({ length: 15 }, () => 'set'), 'flush the journal', 'set'];
    expect(hitIn(lines, query({ set: 0.1, journal: 5 }))).toMatchObject({ last: 16 });
  });

  test('is the narrowest range that has the most weight', () => {
    const lines = ['lock', '', 'x', 'timeout', 'y', 'lock timeout', 'z'];
    expect(hitIn(lines, query({ lock: 2, timeout: 2 }))).toEqual({ first: 5, last: 5 });
  });

  test('is the declaration of the asked name, even where uses weigh more', () => {
    const lines = ['acquire(path, timeout)', ...Array.from({ length: 12 }, () => 'pass'), 'def acquire(path):', '    pass'];
    const asked = query({ acquire: 3, timeout: 3 }, { symbols: ['acquire'] });
    expect(hitIn(lines, asked, ['acquire'])).toEqual({ first: 13, last: 13 });
  });

  test('prefers the declaration among lines of equal weight', () => {
    const lines = ['# retry', '', 'def retry():', '    retry()'];
    expect(hitIn(lines, query({ retry: 1 }), ['retry'])).toEqual({ first: 2, last: 2 });
  });

  test('is the first declaration, or the first line, when no line has a word of the question', () => {
    expect(hitIn(['import os', '', 'class Router:', '    pass'], query({ path: 1 }), ['Router'])).toEqual({ first: 2, last: 2 });
    expect(hitIn(['a', 'b'], query({ path: 1 }))).toEqual({ first: 0, last: 0 });
  });

  test('counts words that begin as asked', () => {
    expect(hitIn(['a', 'lockfile', 'b'], query({}, { prefixes: ['lockf'] }))).toEqual({ first: 1, last: 1 });
  });

  test('of any chunk weighs as much as the best window of ten lines', () => {
    const word = fc.constantFrom('lock', 'the', 'retry', 'x', 'maxRetryCount', 'naïve', '');
    const line = fc.array(word, { maxLength: 4 }).map((words) => words.join(' '));
    const asked = query({ lock: 3.1, [tokenize('retry')[0] as string]: 2.2, maxretrycount: 7, naïve: 1.4 });
    const massOf = (lines: readonly string[]) =>
      [...new Set(lines.flatMap((text) => tokenize(text)))].reduce((sum, token) => sum + (asked.terms.get(token) ?? 0), 0);
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 40 }), (lines) => {
        const { first, last } = hitIn(lines, asked);
        const best = Math.max(...lines.map((_, start) => massOf(lines.slice(start, start + 10))));
        expect(massOf(lines.slice(first, last + 1))).toBeCloseTo(best, 5);
        expect(last - first).toBeLessThan(10);
      }),
    );
  });
});

describe('highlights', () => {
  test('mark the part of a compound name that was asked for, with the ending that its stem lost', () => {
    expect(findHighlights(['const maxRetryCount = parsedFiles;'], query({ [tokenize('retry')[0] as string]: 1, pars: 1 }))).toEqual([
      [0, 9, 5],
      [0, 22, 6],
    ]);
  });

  test('mark whole words beyond ASCII, and nothing that was not asked for', () => {
    expect(findHighlights(['ein Überblick', 'nichts'], query({ überblick: 1 }))).toEqual([[0, 4, 9]]);
  });

  test('lie in their lines and are bounded, whatever the lines are', () => {
    const line = fc.oneof(fc.string({ unit: 'binary', maxLength: 60 }), fc.constant('lock '.repeat(200)));
    fc.assert(
      fc.property(fc.array(line, { maxLength: 10 }), (lines) => {
        const found = findHighlights(lines, query({ lock: 1, a: 1 }));
        expect(found.length).toBeLessThanOrEqual(100);
        for (const [at, column, length] of found) {
          expect(length).toBeGreaterThan(0);
          expect(column + length).toBeLessThanOrEqual((lines[at] as string).length);
        }
      }),
    );
  });
});
