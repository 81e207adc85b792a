import { expect, test } from 'vitest';
import { batch, sampleFile } from '../store/index-store.contract.ts';
import { MemoryIndexStore } from '../store/index.ts';
import { findCandidates, maxTerms, searchTerms } from './index.ts';

test('a question is searched by its content words, without duplicates', () => {
  expect(searchTerms('How does the parser parse the ParserConfig?').terms).toEqual(['parser', 'pars', 'parserconfig', 'config']);
});

test('a query of stop words alone keeps them', () => {
  expect(searchTerms('if not for').terms).toEqual(['if', 'not', 'for']);
});

test('a query without words has no terms', () => {
  expect(searchTerms(' ?!… ')).toEqual({ terms: [], dropped: 0 });
});

test('an endless query is cut to its first different words', () => {
  const query = Array.from({ length: 500 }, (_, index) => `w${'abcdefghij'[index % 10]}${'klmnopqrst'[Math.floor(index / 10) % 10]}x`).join(
    ' ',
  );
  const { terms, dropped } = searchTerms(query);
  expect([terms.length, dropped]).toEqual([maxTerms, 100 - maxTerms]);
});

test('what matches by path or by a defined name alone is a candidate even behind hundreds of better texts', () => {
  const store = new MemoryIndexStore();
  const loud = Array.from({ length: 400 }, (_, index) => sampleFile(`loud/${index}.go`, ['token token']));
  const long = Array.from({ length: 300 }, (_, index) => `filler${index}`).join(' ');
  const byPath = sampleFile('quiet/token.go', [long]);
  const named = sampleFile('quiet/other.go', [long], { definitions: ['token'] });
  store.commit(batch({ replace: [...loud, byPath, named] }));
  const candidates = store.read((view) => findCandidates(view, { terms: ['token', 'absent'], symbols: ['token'] }));
  const paths = candidates.map((candidate) => candidate.path);
  expect(paths).toContain('quiet/token.go');
  expect(paths).toContain('quiet/other.go');
  expect(new Set(candidates.map((candidate) => candidate.row)).size).toBe(candidates.length);
});
