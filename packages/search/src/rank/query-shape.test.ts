import { describe, expect, test } from 'vitest';
import { describeQuery } from './index.ts';

describe('a query', () => {
  test.each([
    ['parseUrl', 'parseUrl'],
    ['HTTPServer', 'HTTPServer'],
    ['Router', 'Router'],
    ['_private', '_private'],
    ['snake_case_name', 'snake_case_name'],
    ['std::vector', 'vector'],
    ['app.get', 'get'],
    ['Foo\\Bar\\Baz', 'Baz'],
    ['client->send()', 'send'],
    ['`useState`', 'useState'],
    ['base64Encode', 'base64Encode'],
  ])('of one name of code asks for its definition: %s', (query, symbol) => {
    expect(describeQuery(query)).toMatchObject({ isSymbol: true, symbols: [symbol] });
  });

  test.each(['routing', 'error handling', 'what is a lock', 'e.g. this one', 'C++'])('of prose asks for no name: %s', (query) => {
    expect(describeQuery(query)).toMatchObject({ isSymbol: false, symbols: [] });
  });

  test('of prose may name code among its words', () => {
    const shape = describeQuery('How does ParsePool call fs::readFile and max_size? Router too.');
    expect([shape.isSymbol, shape.symbols]).toEqual([false, ['ParsePool', 'readFile', 'max_size']]);
  });

  test('has stems as keywords, without stop words and short words', () => {
    expect(describeQuery('how are the file locks taken by an id').keywords).toEqual(['file', 'lock', 'taken']);
  });

  test.each([
    ['unit tests of the parser', 'tests'],
    ['mocking the clock', 'tests'],
    ['TestRouter', 'tests'],
    ['example of a plugin', 'examples'],
    ['deprecated aliases', 'legacy'],
    ['installation guide', 'documents'],
    ['tsconfig.json settings', 'settings'],
  ] as const)('may ask for what is pushed down otherwise: %s', (query, what) => {
    expect(describeQuery(query).asksFor[what]).toBe(true);
    expect(describeQuery('how are routes matched').asksFor[what]).toBe(false);
  });
});
