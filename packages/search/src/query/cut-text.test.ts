import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Context, cutSpan, readSpan, shareBudget, trimSpan } from './cut-text.ts';

const text = 'one\ntwo\nthree\nfour\nfive\n';
const chunk = { startOffset: 8, endOffset: 14, startLine: 3, endLine: 3 };

const around = (lines: number): Context => ({ before: lines, after: lines });

describe('cutting a span', () => {
  test('gives the text of the chunk without its last line break', () => {
    expect(cutSpan(text, chunk, around(0))).toEqual({ startLine: 3, endLine: 3, text: 'three' });
  });

  test('adds whole lines around and stops at the ends of the file', () => {
    expect(cutSpan(text, chunk, around(1))).toEqual({ startLine: 2, endLine: 4, text: 'two\nthree\nfour' });
    expect(cutSpan(text, chunk, around(9))).toEqual({ startLine: 1, endLine: 5, text: 'one\ntwo\nthree\nfour\nfive' });
  });

  test('completes the lines a chunk begins and ends in before it counts context', () => {
    expect(cutSpan(text, { startOffset: 10, endOffset: 12, startLine: 3, endLine: 3 }, around(1))).toEqual({
      startLine: 2,
      endLine: 4,
      text: 'two\nthree\nfour',
    });
  });

  test('adds no context of more characters than anybody reads, as in a minified file', () => {
    const line = 'x'.repeat(20_000);
    const inOneLine = { startOffset: 100_000, endOffset: 100_500, startLine: 1, endLine: 1 };
    expect(cutSpan(line.repeat(10), inOneLine, around(100))).toEqual({ startLine: 1, endLine: 1, text: 'x'.repeat(500) });
    const between = `${line}\nab\nhere\ncd\n${line}\n`;
    const here = { startOffset: 20_004, endOffset: 20_009, startLine: 3, endLine: 3 };
    expect(cutSpan(between, here, around(5))).toEqual({ startLine: 2, endLine: 4, text: 'ab\nhere\ncd' });
  });

  test('always shows the lines it names', () => {
    const lines = fc.array(fc.constantFrom('', 'a', 'bb', 'c c'), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(lines, fc.nat(11), fc.nat(11), fc.integer({ min: 1, max: 4 }), fc.boolean(), (all, a, b, context, endsWithBreak) => {
        const [first, last] = [Math.min(a, b) % all.length, Math.max(a, b) % all.length].sort((x, y) => x - y) as [number, number];
        const file = all.join('\n') + (endsWithBreak ? '\n' : '');
        const startOffset = all.slice(0, first).reduce((sum, line) => sum + line.length + 1, 0);
        const endOffset = Math.min(file.length, startOffset + all.slice(first, last + 1).join('\n').length + 1);
        // An empty last line without a break is no line.
        fc.pre(endOffset > startOffset && (endsWithBreak || all.at(-1) !== ''));
        const span = cutSpan(file, { startOffset, endOffset, startLine: first + 1, endLine: last + 1 }, around(context));
        const shown = file.split('\n').slice(span.startLine - 1, span.endLine);
        expect(span.text).toBe(shown.join('\n'));
      }),
    );
  });
});

describe('reading a span', () => {
  test('reads no more than may be shown, and shows what it would of the whole text', () => {
    const line = fc
      .oneof(fc.nat(40), fc.integer({ min: 16_370, max: 16_400 }), fc.constantFrom(0, 8_191, 40_000))
      .map((size) => 'x'.repeat(size));
    fc.assert(
      fc.property(
        fc.array(line, { minLength: 1, maxLength: 12 }),
        fc.tuple(fc.nat(60_000), fc.nat(3_000)),
        fc.nat(4),
        (lines, [at, size], contextLines) => {
          const file = lines.join('\n');
          const startOffset = Math.min(at, file.length);
          const place = { startOffset, endOffset: Math.min(startOffset + size, file.length), startLine: 50, endLine: 51 };
          let most = 0;
          const span = readSpan(place, around(contextLines), (start, end) => {
            most = Math.max(most, end - start);
            return file.slice(start, end);
          });
          expect(span).toEqual(cutSpan(file, place, around(contextLines)));
          expect(most).toBeLessThanOrEqual(size + (contextLines === 0 ? 0 : 33_000));
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('a budget', () => {
  test('gives short texts all they need and long ones the same', () => {
    expect(shareBudget([10, 1_000, 500, 20], 630)).toEqual([10, 300, 300, 20]);
    expect(shareBudget([10, 20], Number.POSITIVE_INFINITY)).toEqual([10, 20]);
    expect(shareBudget([], 5)).toEqual([]);
  });

  test('is never exceeded and never wasted', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(500)), fc.nat(3_000), (lengths, budget) => {
        const shares = shareBudget(lengths, budget);
        const used = shares.reduce((sum, share) => sum + share, 0);
        expect(used).toBe(
          Math.min(
            budget,
            lengths.reduce((sum, length) => sum + length, 0),
          ),
        );
        expect(shares.every((share, index) => share <= (lengths[index] ?? 0))).toBe(true);
      }),
    );
  });

  test('keeps whole lines around the hit, or cuts the line of the hit without splitting a character', () => {
    const span = { startLine: 5, endLine: 7, text: 'first\nsecond\nthird' };
    const at = (startLine: number, endLine = startLine, column = 0) => ({ startLine, endLine, column });
    expect(trimSpan(span, at(5), 99)).toBe(span);
    expect(trimSpan(span, at(5), 14)).toEqual({ startLine: 5, endLine: 6, text: 'first\nsecond' });
    expect(trimSpan(span, at(7), 14)).toEqual({ startLine: 6, endLine: 7, text: 'second\nthird' });
    expect(trimSpan(span, at(6), 7)).toEqual({ startLine: 6, endLine: 6, text: 'second' });
    expect(trimSpan(span, at(5), 3)).toEqual({ startLine: 5, endLine: 5, text: 'fir' });
    expect(trimSpan({ startLine: 1, endLine: 1, text: 'a🌍b' }, at(1), 2).text).toBe('a');
    expect(trimSpan({ startLine: 1, endLine: 1, text: '🌍b' }, at(1), 1).text).toBe('');
  });

  test('cuts a line of minified code around the word that was asked for', () => {
    const line = `${'x;'.repeat(5_000)}needle();${'y;'.repeat(5_000)}`;
    const cut = trimSpan({ startLine: 1, endLine: 1, text: line }, { startLine: 1, endLine: 1, column: 10_000 }, 200);
    expect(cut.text).toContain('needle();');
    expect(cut.text).toHaveLength(200);
  });
});
