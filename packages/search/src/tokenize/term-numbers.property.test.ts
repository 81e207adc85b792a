import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TermNumbers, tokenize } from './index.ts';

const numRuns = process.env['AGENT_BRAIN_SOAK'] === '1' ? 20_000 : 300;

const piece = fc.oneof(
  fc.constantFrom('get', 'User', 'HTTP', '_', '$', '2', ' ', '-', 'é', 'É', '数据', 'ß', 'İ', '\u0301', '\ud83d', '½', 'Ａ', '𐐀'),
  fc.constantFrom('x'.repeat(33), 'a$'.repeat(150), 'parse2XmlFileReader_v3', 'k'.repeat(300)),
  fc.string({ unit: 'binary', maxLength: 5 }),
);
const text = fc.oneof(
  fc.array(piece, { maxLength: 40 }).map((parts) => parts.join('')),
  fc.array(piece, { maxLength: 40 }).map((parts) => parts.join(' ')),
  fc.string({ unit: 'grapheme', maxLength: 200 }),
);

const decoder = new TextDecoder();
const tokensOf = (terms: TermNumbers) =>
  [...terms.found.subarray(0, terms.count)].map((number) =>
    decoder.decode(terms.bytes.subarray(terms.start(number), terms.start(number + 1))),
  );

test('the numbers of a text stand for the tokens of the tokenizer, whatever was read before', () => {
  const terms = new TermNumbers();
  fc.assert(
    fc.property(text, (value) => {
      terms.read(value);
      expect(tokensOf(terms)).toEqual(tokenize(value));
    }),
    { numRuns },
  );
});

test('equal tokens have one number and one hash, different ones have two numbers', () => {
  fc.assert(
    fc.property(fc.array(text, { maxLength: 4 }), (values) => {
      const terms = new TermNumbers();
      const numbers = new Map<string, number>();
      for (const value of values) {
        terms.read(value);
        tokensOf(terms).forEach((token, index) => {
          const number = terms.found[index] as number;
          expect(numbers.get(token) ?? number).toBe(number);
          numbers.set(token, number);
        });
      }
      expect(new Set(numbers.values()).size).toBe(numbers.size);
      expect(terms.terms).toBe(numbers.size);
    }),
    { numRuns },
  );
});

test('after very many different tokens all are forgotten, and numbers are given anew', () => {
  const terms = new TermNumbers();
  for (let first = 0; !terms.renew(); first += 20_000) {
    terms.read(Array.from({ length: 20_000 }, (_, index) => `n${(first + index).toString(36)}q`).join(' '));
    expect(first).toBeLessThan(400_000);
  }
  expect(terms.terms).toBe(0);
  terms.read('first second first');
  expect(tokensOf(terms)).toEqual(['first', 'second', 'first']);
  expect([...terms.found.subarray(0, terms.count)]).toEqual([0, 1, 0]);
});
