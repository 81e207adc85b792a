import { withinMs } from '@agent-brain/test-harness/timing';
import { describe, expect, test } from 'vitest';
import { languageIds } from '../languages/index.ts';
import { chunkText } from './chunk-text.ts';

const lines = (line: string, size: number): string => `${line}\n`.repeat(Math.ceil(size / (line.length + 1)));

/** Texts that make careless scanners quadratic, of about `size` units. */
const texts: readonly [string, (size: number) => string][] = [
  ['opening brackets', (size) => '('.repeat(size)],
  ['one line', (size) => 'a'.repeat(size)],
  ['one line of keywords', (size) => 'public static final abstract '.repeat(size / 29)],
  ['one line of blanks', (size) => ' '.repeat(size)],
  ['lines that open a brace', (size) => lines('{', size)],
  ['calls that never close', (size) => lines('f(', size)],
  ['signatures with endless parameters', (size) => lines(`int ${'a'.repeat(280)}(${'b,'.repeat(400)}`, size)],
  ['deep nesting', (size) => Array.from({ length: Math.sqrt(2 * size) }, (_, depth) => `${' '.repeat(depth)}class A${depth} {`).join('\n')],
  ['quotes, comments and fences that never close', (size) => lines('/*\n{-\n--[[\n<!--\n(*\n```\n~~~', size)],
  ['long quotes', (size) => lines('"""', size)],
  ['attributes that never close', (size) => lines('@a(', size)],
  ['a word, then blanks', (size) => lines(`x${' '.repeat(396)}y`, size)],
  ['headings of links', (size) => lines(`# ${'[a]('.repeat(95)}`, size)],
  ['underlines', (size) => lines('Title\n-----', size)],
  ['template arguments', (size) => lines('void A<B<C<D<E<F<G::operator<<', size)],
  ['NUL', (size) => '\0'.repeat(size)],
  ['lone surrogates', (size) => '\ud800'.repeat(size)],
  ['carriage returns', (size) => 'a\r'.repeat(size / 2)],
  ['line separators', (size) => 'a\u2028'.repeat(size / 2)],
];

function timeMs(text: string, language: string): number {
  const start = performance.now();
  const chunks = chunkText({ path: 'a', text, language, sourceType: 'code', chunkSize: 1500, chunkOverlap: 100 });
  expect(chunks.at(-1)?.endOffset).toBe(text.length);
  return performance.now() - start;
}

const SIZE = process.env['AGENT_BRAIN_SOAK'] === '1' ? 2_000_000 : 400_000;

describe(`${SIZE} characters take seconds at the most`, () => {
  for (const language of ['typescript', 'cpp', 'python', 'haskell', 'markdown', 'rst', 'yaml', 'vue', 'scss']) {
    test.each(texts)(`${language}: %s`, (_name, make) => {
      expect(timeMs(make(SIZE), language)).toBeLessThan(withinMs(SIZE / 150));
    });
  }
});

describe('every language takes linear time', () => {
  // A scanner that is quadratic in lines of 400 units would take minutes over all of these.
  test.each([...languageIds, 'unknown'])('%s', (language) => {
    let total = 0;
    for (const [, make] of texts) total += timeMs(make(20_000), language);
    expect(total).toBeLessThan(withinMs(3000));
  });
});
