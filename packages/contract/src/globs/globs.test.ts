import { expect, test } from 'vitest';
import { configKeys } from '../config/index.ts';
import { indexRequestSchema } from '../jobs/index.ts';
import { queryRequestSchema } from '../query/index.ts';
import { tools } from '../tools/index.ts';
import { globFault, parseGlobs } from './index.ts';

const doors = [
  ['a question', queryRequestSchema, 'path_globs', { query: 'x' }],
  ['an index request', indexRequestSchema, 'include', { folder_path: '.' }],
  ['an index request', indexRequestSchema, 'exclude', { folder_path: '.' }],
  ['the tool search', tools.search.input, 'path_globs', { query: 'x' }],
  ['the tool find_symbol', tools.find_symbol.input, 'path_globs', { name: 'x' }],
  ['the tool index_folder', tools.index_folder.input, 'include', {}],
  ['the tool index_folder', tools.index_folder.input, 'exclude', {}],
] as const;

test.each(doors)('%s refuses a glob that cannot be read, at its place: %#', (_name, schema, field, rest) => {
  const parse = (globs: string[]) => schema.safeParse({ ...rest, [field]: globs });
  expect(parse(['src/**', '*.{ts,js}', '[a-z]*']).success).toBe(true);
  const [issue] = parse(['src/**', '[']).error?.issues ?? [];
  expect(issue?.path).toEqual([field, 1]);
  expect(issue?.message).toBe(
    'The glob "[" cannot be used — its "[" has no closing "]". Close the brackets, or write `\\[` for a name that contains "[".',
  );
});

test.each(['include', 'exclude'] as const)('the configuration refuses it too: %s', (key) => {
  expect(configKeys[key].schema.safeParse(['docs/[']).error?.issues[0]).toMatchObject({
    path: [0],
    message: expect.stringContaining('The glob "docs/[" cannot be used'),
  });
});

test.each([
  ['!a', 'globs cannot negate'],
  ['{a,b', 'its "{" has no closing "}"'],
  ['a{b,{c,d}', 'its "{" has no closing "}"'],
  ['', 'it names no path'],
  ['{a,}', 'it names no path'],
  ['a\\', 'it ends with a "\\"'],
  ['[', 'its "[" has no closing "]"'],
  ['[a/b]', 'its "[" has no closing "]"'],
  ['[]', 'its "[" has no closing "]"'],
  ['{x,[}', 'its "[" has no closing "]"'],
  ['{a,b}'.repeat(9), 'more than 256 alternatives'],
])('the reason is named: %j', (glob, reason) => {
  expect(globFault(['fine', glob])).toMatchObject({ index: 1, message: expect.stringContaining(reason) });
  expect(() => parseGlobs([glob])).toThrow(expect.objectContaining({ code: 'REQUEST_INVALID', data: { glob } }));
});

test.each(['a{b', 'a}b', '\\{a,b', '\\[', '[]]', '[!]]', '[[:digit:]]', 'app/[post-id]', './', 'a\\/b'])('%j is a glob', (glob) => {
  expect(globFault([glob])).toBeUndefined();
});
