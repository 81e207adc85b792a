import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { excerptAround } from './index.ts';

const atMost = (count: number) => (range: { first: number; last: number }) => range.last - range.first < count;

const text = [
  /* 0 */ 'import { open } from "fs";',
  /* 1 */ '',
  /* 2 */ 'function first() {',
  /* 3 */ '  return 1;',
  /* 4 */ '}',
  /* 5 */ '',
  /* 6 */ '/** Takes the lock. */',
  /* 7 */ 'function acquire(',
  /* 8 */ '  path: string,',
  /* 9 */ ') {',
  /* 10 */ '  return open(path);',
  /* 11 */ '}',
  /* 12 */ '',
  /* 13 */ 'function last() {',
  /* 14 */ '  return {',
  /* 15 */ '    a: 1,',
  /* 16 */ '  };',
  /* 17 */ '}',
];

describe('an excerpt around a hit', () => {
  test('takes in the whole paragraph when that fits', () => {
    expect(excerptAround(text, { first: 10, last: 10 }, atMost(6))).toEqual({ first: 6, last: 11 });
  });

  test('does not begin with a closing brace and does not end with an opening one', () => {
    expect(excerptAround(text, { first: 10, last: 10 }, atMost(9))).toEqual({ first: 6, last: 11 });
  });

  test('keeps the first lines of a hit that does not fit as a whole', () => {
    expect(excerptAround(text, { first: 6, last: 11 }, atMost(2))).toEqual({ first: 6, last: 7 });
    expect(excerptAround(text, { first: 6, last: 11 }, atMost(0))).toBeNull();
  });

  test('contains the hit, fits, and lies in the text, whatever the lines are', () => {
    const line = fc.constantFrom('', '  ', '}', 'f(', 'value', 'if (a) {', '  end', 'a,');
    fc.assert(
      fc.property(
        fc.array(line, { minLength: 1, maxLength: 40 }),
        fc.nat(39),
        fc.nat(6),
        fc.integer({ min: 1, max: 20 }),
        (lines, at, size, limit) => {
          const first = at % lines.length;
          const hit = { first, last: Math.min(lines.length - 1, first + size) };
          const fits = atMost(limit);
          const range = excerptAround(lines, hit, fits);
          expect(range).not.toBeNull();
          if (range === null) return;
          expect(fits(range)).toBe(true);
          expect(range.first).toBeGreaterThanOrEqual(0);
          expect(range.last).toBeLessThan(lines.length);
          if (fits(hit)) expect([range.first <= hit.first, range.last >= hit.last]).toEqual([true, true]);
          else expect(range.first).toBe(hit.first);
        },
      ),
    );
  });
});
