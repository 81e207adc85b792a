import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { firstCharacters } from './first-characters.ts';
import { codeRulesOf, languagesWithRules } from './rules-by-language.ts';

const charactersOf = (pattern: RegExp): string | null => {
  const set = firstCharacters(pattern);
  return set === null ? null : [...set.keys()].flatMap((code) => (set[code] === 1 ? String.fromCharCode(code) : [])).join('');
};

describe('the characters a match can begin with', () => {
  test.each<[RegExp, string | null]>([
    [/abc/, 'a'],
    [/ab|cd/, 'ac'],
    [/(?:export )?(?:default )?function/, 'def'],
    [/a{0,3}b/, 'ab'],
    [/a{1,3}b/, 'a'],
    [/a+?b/, 'a'],
    [/(?<n>[xy-z])*[0-3]/, '0123xyz'],
    [/(?!x)y/, 'y'],
    [/(?=x)?y/, 'y'],
    [/\bz(?<!q)/, 'z'],
    [/[\])]/, ')]'],
    [/[\d\-a]/, '-0123456789a'],
    [/\$\u0041\x42/, '$'],
    [/[\u0041-\u0043\u0080-\uffff]/, 'ABC'],
    [/Ab/i, 'Aa'],
    [/a/iu, null],
    [/a?/, null],
    [/a|/, null],
    [/$/, null],
    [/(a)\1/, null],
    [/\p{L}/u, null],
  ])('%s', (pattern, expected) => {
    expect(charactersOf(pattern)).toBe(expected);
  });

  test('are all but the named ones where the class says so', () => {
    expect(charactersOf(/[^\s\w!-~]/)).toBe(
      String.fromCharCode(...Array.from({ length: 33 }, (_, code) => code).filter((code) => !/\s/.test(String.fromCharCode(code))), 127),
    );
  });
});

const rules = languagesWithRules.flatMap((language) => codeRulesOf(language).declarations);
const samples = fileURLToPath(new URL('../samples/', import.meta.url));
const lines = readdirSync(samples).flatMap((file) =>
  readFileSync(samples + file, 'utf8')
    .split('\n')
    .map((line) => line.trim()),
);

function expectFirst(line: string): void {
  const code = line.charCodeAt(0);
  for (const rule of rules) {
    if (line === '' || code >= 128 || rule.match(line, 0, line.length) === null) continue;
    expect(rule.firsts === null || rule.firsts[code], `${rule.kind} rule and ${JSON.stringify(line)}`).toBeTruthy();
  }
}

test('whatever line a rule of a language matches, it can begin so', () => {
  for (const line of lines) expectFirst(line);
  const word = fc.constantFrom(...new Set(lines.flatMap((line) => line.split(/\b/))));
  const made = fc.array(fc.oneof(word, fc.string({ unit: 'binary-ascii', maxLength: 2 })), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(made, (parts) => expectFirst(parts.join('').trim())),
    { numRuns: process.env['AGENT_BRAIN_SOAK'] === '1' ? 50_000 : 1_000 },
  );
});

test('most rules are passed over at most lines', () => {
  const looked = lines.filter((line) => line !== '').map((line) => codeRulesOf('typescript').byFirst.of(line.charCodeAt(0)).length);
  const all = codeRulesOf('typescript').declarations.length;
  expect(looked.reduce((sum, count) => sum + count, 0)).toBeLessThan((looked.length * all) / 2);
});
