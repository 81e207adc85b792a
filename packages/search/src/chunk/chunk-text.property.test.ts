import fc from 'fast-check';
import { expect, test } from 'vitest';
import { languageIds } from '../languages/index.ts';
import type { Chunk, ChunkInput } from './chunk.ts';
import { chunkText } from './chunk-text.ts';

const numRuns = process.env['AGENT_BRAIN_SOAK'] === '1' ? 20_000 : 300;

/** Lines that mean something to some scanner, and what no scanner expects. */
const fragment = fc.oneof(
  fc.constantFrom(
    'class Foo {',
    '}',
    '  bar() {',
    '  }',
    'def foo(a):',
    '    return 1',
    'end',
    'fn main() {',
    'impl A for B {',
    '# Heading',
    'Title',
    '=====',
    '```',
    '"""',
    '/*',
    '*/',
    '--[[',
    '{-',
    '<script>',
    '</script>',
    '<style>',
    'key:',
    '  - item',
    '[section]',
    '"a": {',
    '@Decorator({',
    '})',
    '#define X 1',
    'typedef struct {',
    '} name_t;',
    '<!--',
    '-->',
    '---',
    '=begin',
    'namespace a {',
    '',
    ' ',
    '\t\t',
    '\r',
    '\0',
    '\u2028',
    '\ud83d',
    '\udc00',
    '😀',
  ),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({ maxLength: 300 }),
);
const lineEnd = fc.constantFrom('\n', '\n', '\n', '\n\n', '\r\n', '\r', '');
const anyText = fc.array(fc.tuple(fragment, lineEnd), { maxLength: 80 }).map((parts) => parts.map((part) => part.join('')).join(''));
const anyInput: fc.Arbitrary<ChunkInput> = fc.record({
  path: fc.constantFrom('a/b.ts', 'x.rmd', 'noext'),
  text: anyText,
  language: fc.constantFrom(...languageIds, 'klingon', '__proto__'),
  sourceType: fc.constantFrom('code', 'doc', 'test'),
  chunkSize: fc.constantFrom(1, 2, 7, 40, 200, 500),
  chunkOverlap: fc.constantFrom(0, 0, 20, 1000),
});

function checkEach(input: ChunkInput, check: (chunk: Chunk, before: Chunk | undefined) => void): Chunk[] {
  const chunks = chunkText(input);
  chunks.forEach((chunk, index) => check(chunk, chunks[index - 1]));
  return chunks;
}

test('cores follow one another and cover the text', () => {
  fc.assert(
    fc.property(anyInput, (input) => {
      const chunks = checkEach(input, (chunk, before) => {
        expect(chunk.startOffset).toBe(before?.endOffset ?? 0);
        expect(chunk.endOffset).toBeGreaterThan(chunk.startOffset);
        expect(chunk.ordinal).toBe((before?.ordinal ?? -1) + 1);
      });
      expect(chunks.at(-1)?.endOffset ?? 0).toBe(input.text.length);
    }),
    { numRuns },
  );
});

test('a core has at most chunkSize units, or one more to keep a pair together', () => {
  fc.assert(
    fc.property(anyInput, (input) => {
      const pair = input.chunkSize === 1 ? 1 : 0;
      checkEach(input, (chunk) => expect(chunk.endOffset - chunk.startOffset).toBeLessThanOrEqual(input.chunkSize + pair));
    }),
    { numRuns },
  );
});

test('no chunk begins inside a surrogate pair', () => {
  fc.assert(
    fc.property(anyInput, (input) => {
      checkEach(input, (chunk) => {
        const start = chunk.endOffset - chunk.text.length;
        for (const offset of [start, chunk.startOffset]) {
          const pair = offset > 0 && /^[\ud800-\udbff][\udc00-\udfff]$/.test(input.text.slice(offset - 1, offset + 1));
          expect(pair).toBe(false);
        }
      });
    }),
    { numRuns },
  );
});

test('text ends with the core and begins at most the overlap before it', () => {
  fc.assert(
    fc.property(anyInput, (input) => {
      const reach = Math.min(input.chunkOverlap, input.chunkSize / 2);
      checkEach(input, (chunk) => {
        const before = chunk.text.length - (chunk.endOffset - chunk.startOffset);
        expect(before).toBeGreaterThanOrEqual(0);
        expect(before).toBeLessThanOrEqual(reach);
        expect(chunk.text).toBe(input.text.slice(chunk.startOffset - before, chunk.endOffset));
      });
    }),
    { numRuns },
  );
});

test('lines are those of the text shown', () => {
  fc.assert(
    fc.property(anyInput, (input) => {
      checkEach(input, (chunk) => {
        const start = chunk.endOffset - chunk.text.length;
        expect(chunk.startLine).toBe(input.text.slice(0, start).split('\n').length);
        expect(chunk.endLine).toBe(input.text.slice(0, chunk.endOffset - 1).split('\n').length);
      });
    }),
    { numRuns },
  );
});

test('definitions are distinct names that stand in the core', () => {
  fc.assert(
    fc.property(anyInput, (input) => {
      checkEach(input, (chunk) => {
        expect(new Set(chunk.definitions).size).toBe(chunk.definitions.length);
        expect(chunk.definitions).not.toContain('');
        expect(chunk.symbol).not.toBe('');
        expect(chunk.definitions.length > 0 && chunk.kind === 'code').toBe(false);
      });
    }),
    { numRuns },
  );
});
