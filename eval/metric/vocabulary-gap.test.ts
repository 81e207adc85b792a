import { expect, test } from 'vitest';
import { isInVocabularyGap } from './vocabulary-gap.ts';

const isGap = (query: string, ...paths: string[]) => isInVocabularyGap({ query, targets: paths.map((path) => ({ path })) });

test.each([
  ['how are requests routed', 'src/tree.go', true],
  ['how does the router work', 'src/router.go', false],
  ['routers and groups', 'src/router.go', false], // a shared beginning of four letters
  ['the parse tree', 'src/HttpParseResult.ts', false], // a part of the name
  ['join of results', 'src/file_join.py', false],
  ['an id of it', 'src/id.go', true], // words of fewer than three letters do not count
  ['route', 'src/router/index.ts', true], // folders do not count
  ['the gitignore rules', '.gitignore', false],
])('%s → %s: %s', (query, path, expected) => {
  expect(isGap(query, path)).toBe(expected);
});

test('one target that the query names is enough', () => {
  expect(isGap('router', 'src/tree.go', 'src/router.go')).toBe(false);
});
