import fc from 'fast-check';
import { expect, test } from 'vitest';
import { tokenize } from '../tokenize/index.ts';
import { termsOfNames } from './defined-names.ts';

const words = fc.array(fc.constantFrom('get', 'Routers', 'HTTP', '_', 'x2', 'id', '$', 'parsing', 'URL', 'ies', '7', '\u212a', 'é', '!'), {
  minLength: 1,
  maxLength: 6,
});

/** The same name, some of its letters in the other case. */
const recased = (name: string, flips: readonly boolean[]): string =>
  [...name].map((letter, index) => (flips[index % flips.length] ? letter.toUpperCase() : letter.toLowerCase())).join('');

test('a name that is the asked one in any case has one of its terms among its tokens', () => {
  fc.assert(
    fc.property(words, fc.array(fc.boolean(), { minLength: 1, maxLength: 9 }), (parts, flips) => {
      const name = parts.join('');
      const terms = termsOfNames([name]);
      const written = recased(name, flips);
      if (terms === null || written.toLowerCase() !== name.toLowerCase()) return;
      const tokens = tokenize(`Outer.${written} ${written} other`);
      expect(tokens.some((token) => terms.includes(token))).toBe(true);
    }),
    { numRuns: 2_000 },
  );
});

test('of a name that is no plain word, or too long for a token, nothing is known', () => {
  expect(termsOfNames(['operator<', 'x'])).toBeNull();
  expect(termsOfNames(['x'.repeat(65)])).toBeNull();
  expect(termsOfNames(['größe'])).toBeNull();
  expect(termsOfNames(['Routers', '$parseUrl', 'save!'])).toEqual(['routers', 'router', 'parseurl', 'save']);
});
