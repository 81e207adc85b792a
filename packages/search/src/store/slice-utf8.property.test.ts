import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sliceUtf8 } from './slice-utf8.ts';

const expectSlices = (text: string, places: readonly number[]): void => {
  const bytes = Buffer.from(text);
  for (const start of places) {
    for (const end of places) {
      if (start <= end) expect(sliceUtf8(bytes, start, end)).toBe(text.slice(start, end));
    }
  }
};

test('a slice of the bytes is the slice of the text, wherever its borders are', () => {
  const part = fc.oneof(
    fc.string({ unit: 'binary-ascii', maxLength: 200 }),
    fc.string({ unit: 'grapheme', maxLength: 40 }),
    fc.constantFrom('\ufeff', '🌍', 'é'.repeat(50), '\n', 'x'.repeat(8_190), '漢'.repeat(2_730)),
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 8 }), fc.array(fc.nat(30_000), { minLength: 2, maxLength: 6 }), (parts, places) => {
      expectSlices(parts.join('').toWellFormed(), [0, ...places]);
    }),
    { numRuns: 300 },
  );
});

test('a character that stands over the border of two pieces is whole, and a border inside a character cuts it as in the text', () => {
  for (let before = 8_185; before <= 8_195; before++) {
    expectSlices(`${'x'.repeat(before)}🌍é漢${'y'.repeat(9_000)}ü`, [
      0,
      before - 1,
      before,
      before + 1,
      before + 2,
      before + 4,
      before + 9_004,
      99_999,
    ]);
  }
});
