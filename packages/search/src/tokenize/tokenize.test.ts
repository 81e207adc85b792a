import { withinMs } from '@agent-brain/test-harness/timing';
import { describe, expect, test } from 'vitest';
import { tokenize } from './tokenize.ts';

describe('identifiers give the whole first, then their parts', () => {
  test.each([
    ['getUserName', 'getusername get user name'],
    ['HTTPServer', 'httpserver http server'],
    ['XMLHttpRequest', 'xmlhttprequest xml http request'],
    ['snake_case_name', 'snake_case_name snake case name'],
    ['SCREAMING_SNAKE', 'screaming_snake scream snake'],
    ['kebab-case-name', 'kebab case name'],
    ['parse2XmlFile', 'parse2xmlfile parse2 pars xml file'],
    ['parse2xml', 'parse2xml pars xml'],
    ['sha256sum', 'sha256sum sha 256 sum'],
    ['utf8', 'utf8 utf'],
    ['Vec3D', 'vec3d vec3 vec'],
    ['x86_64', 'x86_64 x86 86 64'],
    ['__init__', '__init__ init'],
    ['_private', '_private privat'],
    ['$scope', 'scope'],
    ['a$b', 'a$b'],
    ['Outer$Inner', 'outer$inner outer inner'],
    ['iPhone', 'iphone phone'],
    ['i', 'i'],
    ['2fa', '2fa fa'],
    ['001_create_users', '001_create_users 001 creat user'],
    ['std::vec::Vec', 'std vec vec'],
    ['foo.bar->baz', 'foo bar baz'],
  ])('%s', (text, tokens) => {
    expect(tokenize(text).join(' ')).toBe(tokens);
  });
});

describe('numbers', () => {
  test.each([
    ['404', '404'],
    ['3.14', '3 14'],
    ['0xDEADBEEF', '0xdeadbeef 0x deadbeef'],
    ['1_000_000', '1_000_000 000 000'],
  ])('%s', (text, tokens) => {
    expect(tokenize(text).join(' ')).toBe(tokens);
  });
});

describe('letters beyond ASCII', () => {
  test.each([
    ['naïveBayes', 'naïvebayes naïve bayes'],
    ['cafe\u0301', 'café'],
    ['ＦＵＬＬ', 'full'],
    ['ΣίσυφοςΝέος', 'σίσυφοςνέος σίσυφος νέος'],
    ['größe_max', 'größe_max größe max'],
    ['数据库', '数据 据库'],
    ['字', '字'],
    ['TypeScript入門', 'typescript type script 入門'],
    ['데이터베이스', '데이 이터 터베 베이 이스'],
    ['हिन्दी', 'हिन्दी'],
    ['“quoted”—dash…', 'quot dash'],
    ['ﬁle', 'file'],
    ['½', '1 2'],
    ['𝐀𝐁', 'ab'],
    ['😀 smile', 'smile'],
    ['a\u2028b\u0000c', 'a b c'],
    ['\ud800x\udc00', 'x'],
  ])('%s', (text, tokens) => {
    expect(tokenize(text).join(' ')).toBe(tokens);
  });
});

describe('data is bounded', () => {
  test('a word over 64 characters gives its parts only', () => {
    const name = `test_${'that_something_happens_'.repeat(4)}end`;
    expect(tokenize(name)).not.toContain(name);
    expect(tokenize(name).slice(0, 4)).toEqual(['test', 'that', 'someth', 'happen']);
  });

  test('a word over 256 characters gives nothing', () => {
    expect(tokenize('a_word_'.repeat(40))).toEqual([]);
    expect(tokenize('ä_wort_'.repeat(40))).toEqual([]);
  });

  test('base64 and hashes give one token per word', () => {
    expect(tokenize('aGVsbG8gd29ybGQsIHRoaXMgaXMgYmFz')).toEqual(['agvsbg8gd29ybgqsihroaxmgaxmgymfz']);
    expect(tokenize('3f2a9bc8d1e04f6a7b8c9d0e1f2a3b4c5d6e7f80')).toEqual(['3f2a9bc8d1e04f6a7b8c9d0e1f2a3b4c5d6e7f80']);
  });

  test('separators alone give nothing', () => {
    expect(tokenize('_ __ $ $$ -- == \t\r\n')).toEqual([]);
  });

  test.each([
    ['one word of 1 MB', 'a'.repeat(1e6)],
    ['1 MB of changing case', 'aB'.repeat(5e5)],
    ['a letter with 1 MB of marks in the wrong order', `a${'\u0300\u0316'.repeat(5e5)}`],
    ['1 MB of Han', '数'.repeat(1e6)],
    ['1 MB of lone surrogates', '\ud800'.repeat(1e6)],
    ['1 MB of words that end in a dash beyond ASCII', 'ab—'.repeat(3e5)],
    ['1 MB of NUL', '\0'.repeat(1e6)],
  ])('takes linear time on %s', (_name, text) => {
    const start = performance.now();
    expect(tokenize(text).length).toBeLessThanOrEqual(text.length);
    expect(performance.now() - start).toBeLessThan(withinMs(3000));
  });
});

test('the same word gives the same tokens before and after its place in the cache was taken', () => {
  const words = Array.from({ length: 100_000 }, (_, index) => `word${index}Name`);
  const first = tokenize(words.slice(0, 100).join(' '));
  tokenize(words.join(' '));
  expect(tokenize(words.slice(0, 100).join(' '))).toEqual(first);
});
