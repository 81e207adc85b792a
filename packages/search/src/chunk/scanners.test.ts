import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { languageById } from '../languages/index.ts';
import { lineTable } from './line-table.ts';
import { emptyOutline, pathOf } from './outline.ts';
import { scannerFor } from './scanner-for.ts';

const samples = fileURLToPath(new URL('./samples/', import.meta.url));
const SEPARATOR = '\n===== outline\n';

/** `first-last path = names`, lines from 1, with the comments and attributes that belong to the declaration. */
function outlineOf(text: string, language: string): string[] {
  const lines = lineTable(text);
  const outline = emptyOutline(lines);
  const scanner = scannerFor({ path: 'sample', language });
  scanner.scan(text, lines, outline);
  return outline.sections.map((section) => {
    const path = pathOf(section, scanner.documents) || '(unnamed)';
    const names = section.names.length > 0 ? ` = ${section.names.join(' ')}` : '';
    return `${section.start + 1}-${section.end} ${path}${names}`;
  });
}

test.each(readdirSync(samples))('finds what %s declares', (file) => {
  const [text, expected, ...rest] = readFileSync(samples + file, 'utf8').split(SEPARATOR);
  expect(rest).toEqual([]);
  const language = file.replace('.txt', '');
  expect(outlineOf(text as string, language)).toEqual(expected?.trim().split('\n'));
  expect(languageById(language) !== undefined || language === 'unknown').toBe(true);
});

test('finds the same with CR LF', () => {
  for (const file of readdirSync(samples)) {
    const text = readFileSync(samples + file, 'utf8').split(SEPARATOR)[0] as string;
    const language = file.replace('.txt', '');
    expect({ file, outline: outlineOf(text.replaceAll('\n', '\r\n'), language) }).toEqual({ file, outline: outlineOf(text, language) });
  }
});
