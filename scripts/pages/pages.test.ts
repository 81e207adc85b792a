import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type CatalogueEntry, catalogue, errorCodes, errorKinds } from '@agent-brain/contract/errors';
import { configKeyNames, daemonConfigSchema } from '@agent-brain/contract/config';
import { problemSchema } from '@agent-brain/contract/problem';
import { expect, test } from 'vitest';
import { generatedPages } from './pages.ts';

const root = path.resolve(import.meta.dirname, '../..');
const page = (file: string): string => readFileSync(path.join(root, file), 'utf8');

/** First cell of every table row that begins with a name in code. */
const namedRows = (text: string): string[] => [...text.matchAll(/^\| `([^`]+)` \|/gm)].map(([, name = '']) => name);

test('the committed pages are what the program says (npm run docs)', async () => {
  const pages = await generatedPages(root);
  expect(Object.keys(pages).length).toBeGreaterThanOrEqual(5);
  for (const [file, text] of Object.entries(pages)) expect(page(file), file).toBe(text);
});

test('docs/errors.md has every code of the catalogue and no other, with its kind, status, exit code and advice', () => {
  const text = page('docs/errors.md');
  expect(namedRows(text)).toEqual([...errorCodes]);
  for (const [code, { kind, title, hint, status }] of Object.entries<CatalogueEntry>(catalogue)) {
    const cells = [`\`${code}\``, kind, status ?? errorKinds[kind].status, errorKinds[kind].exitCode, `${title}.`, hint];
    expect(text).toContain(`| ${cells.join(' | ')} |`);
  }
});

test('the code of a problem in OpenAPI is one of the catalogue', () => {
  const { options } = problemSchema.shape.code;
  expect(options).toEqual([...errorCodes]);
});

test('docs/configuration.md and the schema for editors have every key and no other', () => {
  const keys = namedRows(page('docs/configuration.md')).filter((name) => !name.startsWith('AGENT_BRAIN_'));
  const ofDaemon = Object.keys(daemonConfigSchema.shape).filter((name) => name !== '$schema');
  expect(keys).toEqual([...configKeyNames, ...ofDaemon]);
  const schema = JSON.parse(page('docs/config.schema.json')) as Group;
  expect(
    leavesOf(schema)
      .filter((name) => name !== '$schema')
      .toSorted(),
  ).toEqual(configKeyNames.toSorted());
});

interface Group {
  properties?: Record<string, Group>;
}

const leavesOf = ({ properties = {} }: Group): string[] =>
  Object.entries(properties).flatMap(([name, inner]) =>
    inner.properties === undefined ? [name] : leavesOf(inner).map((leaf) => `${name}.${leaf}`),
  );
