import fc from 'fast-check';
import { expect, test } from 'vitest';
import { tokenize } from './tokenize.ts';

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.string({ unit: 'grapheme', maxLength: 200 }),
  fc
    .array(fc.constantFrom('get', 'User', 'HTTP', '_', '$', '2', ' ', '-', 'é', 'É', '数据', 'ß', 'İ', '\u0301', '\ud83d'), {
      maxLength: 40,
    })
    .map((parts) => parts.join('')),
);
const numRuns = process.env['AGENT_BRAIN_SOAK'] === '1' ? 20_000 : 300;

test('tokens hold word characters only and keep the length limit', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      for (const token of tokenize(text)) {
        expect(token).toMatch(/^[\p{L}\p{N}\p{M}_$]{1,64}$/u);
        expect(token.length).toBeLessThanOrEqual(64);
      }
    }),
    { numRuns },
  );
});

test('texts apart from each other are tokenised apart', () => {
  fc.assert(
    fc.property(anyText, anyText, (left, right) => {
      expect(tokenize(`${left} ${right}`)).toEqual([...tokenize(left), ...tokenize(right)]);
    }),
    { numRuns },
  );
});

test('case does not change the whole of a name, nor the term of a word', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[A-Za-z][A-Za-z0-9_]{0,40}$/), (word) => {
      const whole = tokenize(word)[0];
      if (/[^a-z]/.test(word.slice(1))) expect([word.toLowerCase(), tokenize(word.toLowerCase())[0]]).toContain(whole);
      else expect(whole).toBe(tokenize(word.toLowerCase())[0]);
    }),
    { numRuns },
  );
});
