import { withinMs } from '@agent-brain/test-harness/timing';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseJson } from './json-text.ts';

test.each([
  ['{"a": 1,}', 1, 9, 'there is a comma before "}"'],
  ['[1, 2, ]', 1, 8, 'there is a comma before "]"'],
  ['{\n  // why\n}', 2, 3, 'JSON has no comments'],
  ['{"a": 1} # why', 1, 10, 'JSON has no comments'],
  ["{'a': 1}", 1, 2, 'text stands in double quotes'],
  ['{a: 1}', 1, 2, 'expected a key in double quotes or "}", found "a"'],
  ['{"a" 1}', 1, 6, 'expected ":", found "1"'],
  ['{"a": 1 "b": 2}', 1, 9, 'expected a comma or a closing bracket, found "\\""'],
  ['{"a": [1, 2}', 1, 12, 'expected a comma or a closing bracket, found "}"'],
  ['{"a":\n"x\ny"}', 2, 1, 'the text in quotes does not end, or holds a wrong escape or a line break'],
  ['{"a": True}', 1, 7, 'expected a value, found "T"'],
  ['{"a": 01}', 1, 7, 'expected a value, found "0"'],
  ['{"a": 1', 1, 8, 'the text ends before "}"'],
  ['  ', 1, 3, 'the text has no value'],
  ['{} {}', 1, 4, 'expected the end of the text, found "{"'],
  ['{"a": 1;}', 1, 8, 'expected a comma or a closing bracket, found ";"'],
])('%j is wrong at line %i, column %i', (text, line, column, problem) => {
  expect(parseJson(text)).toEqual({ line, column, problem });
});

test('valid JSON is what the platform says it is', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      expect(parseJson(text)).toEqual({ value: JSON.parse(text) });
    }),
  );
});

test('for any damaged text a place inside of it is named', () => {
  fc.assert(
    fc.property(
      fc.json({ maxDepth: 4 }),
      fc.nat(),
      fc.constantFrom('', '"', ',', '}', ']', '{', ':', '\\', '\n', 'x', '\u0000'),
      (json, at, noise) => {
        const place = at % (json.length + 1);
        const text = json.slice(0, place) + noise + json.slice(place + 1);
        const parsed = parseJson(text);
        if ('value' in parsed) return;
        const lines = text.split('\n');
        expect(parsed.line).toBeLessThanOrEqual(lines.length);
        expect(parsed.column).toBeLessThanOrEqual((lines[parsed.line - 1]?.length ?? 0) + 1);
        expect(parsed.problem).not.toBe('');
      },
    ),
  );
});

test('a large and deep broken text is answered, not endured', () => {
  const started = performance.now();
  for (const text of ['['.repeat(1_000_000), `{"a": "${'x'.repeat(1_000_000)}`, `"${'\\n'.repeat(500_000)}`])
    expect(parseJson(text)).toHaveProperty('problem');
  expect(performance.now() - started).toBeLessThan(withinMs(2_000));
});
