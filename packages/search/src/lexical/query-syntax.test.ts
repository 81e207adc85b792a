import { expect, test } from 'vitest';
import { readSyntax } from './index.ts';

const phrases = (query: string) => readSyntax(query).phrases.map(({ words }) => words);

test('what stands in double quotes is a phrase, of either kind of quotes', () => {
  expect(phrases('where is "graceful  shutdown" of “the server”')).toEqual(['graceful  shutdown', 'the server']);
});

test.each(['a stop reason of "tool_use"', 'don\'t "', '""', '" "', '"?!"', 'say "a', "it's 'quoted'"])('%j has no phrase', (query) => {
  expect(phrases(query)).toEqual([]);
});

test.each([
  ['Graceful\n  Shutdown of it', true],
  ['graceful shutdowns', false],
  ['ungraceful shutdown', false],
  ['graceful, shutdown', false],
  ['ungraceful shutdown, then a graceful shutdown', true],
])('a phrase of two words: %j → %j', (text, holds) => {
  expect(readSyntax('"graceful shutdown"').phrases[0]?.holds(text)).toBe(holds);
});

test('a phrase may be code, with all its marks', () => {
  const [phrase] = readSyntax('"foo.bar(x"').phrases;
  expect([phrase?.holds('call foo.bar(x, 1)'), phrase?.holds('call foo.bar(y)')]).toEqual([true, false]);
});

test('a word with a star is a beginning, and what the index holds shorter is looked for as well', () => {
  expect(readSyntax('Serializ* of parse*')).toMatchObject({ prefixes: ['serializ', 'parse'], stems: ['serial', 'pars'] });
});

test.each(['src/**', 'char *p', 'f(*args)', '**bold**', 'ab*', 'a*b', '*.ts', 'x*y*z'])('%j has no beginning', (query) => {
  expect(readSyntax(query).prefixes).toEqual([]);
});

test('a query of nothing but quotes and stars ends', () => {
  const { phrases: found, prefixes } = readSyntax(`${'"a b" '.repeat(600)}${'abc* '.repeat(600)}`);
  expect([found.length, prefixes]).toEqual([4, ['abc']]);
});
