import { expect, test } from 'vitest';
import { chunkText } from './chunk-text.ts';
import { chunkId, chunkIds } from './chunk-id.ts';

function idsOf(text: string, language = 'python'): string[] {
  const chunks = chunkText({ path: 'a.py', text, language, sourceType: 'code', chunkSize: 1500, chunkOverlap: 0 });
  return chunkIds(
    'a.py',
    chunks.map((chunk) => text.slice(chunk.startOffset, chunk.endOffset)),
  );
}

/** A module of `count` functions of different length. */
function moduleOf(count: number): string {
  let text = '"""Module."""\nimport os\n\n';
  for (let index = 0; index < count; index++) {
    text += `\ndef function_${index}(a, b):\n${`    a = step_${index}(b)\n`.repeat(3 + ((index * 7919) % 23))}    return a\n\n`;
  }
  return text;
}

test('is 24 hexadecimal digits that depend on path, content and ordinal', () => {
  const ids = [
    chunkId('a', 'x', 0),
    chunkId('b', 'x', 0),
    chunkId('a', 'y', 0),
    chunkId('a', 'x', 1),
    chunkId('a\0', 'x', 0),
    chunkId('', '', 0),
  ];
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{24}$/);
  expect(new Set(ids).size).toBe(ids.length);
});

test('stays what it was in earlier versions', () => {
  expect(chunkId('src/a.ts', 'export const a = 1;\n', 0)).toBe('c59417dad254b496d89cf24c');
});

test('tells lone surrogates apart', () => {
  expect(chunkId('a', '\ud800', 0)).not.toBe(chunkId('a', '\ud801', 0));
});

test('numbers equal contents of a file', () => {
  expect(new Set(chunkIds('a', ['x', 'x', 'y', 'x'])).size).toBe(4);
  expect(chunkIds('a', ['x', 'y'])[0]).toBe(chunkId('a', 'x', 0));
});

test.each([
  ['at the top', (text: string) => text.replace('import os\n', 'import os\nimport sys\nfrom a import b, c, d\n')],
  ['in a function', (text: string) => text.replace('a = step_10(b)', 'a = step_10(b, timeout=10)')],
  ['by a new function', (text: string) => text.replace('def function_5(', 'def brand_new(x):\n    return x\n\n\ndef function_5(')],
  ['by a function that goes', (text: string) => text.replace(/def function_7\([^]*?(?=\ndef function_8\()/, '')],
])('an edit %s leaves the ids of all but a few chunks', (_where, edit) => {
  const before = moduleOf(150);
  const after = edit(before);
  expect(after).not.toBe(before);
  const old = new Set(idsOf(before));
  const added = idsOf(after).filter((id) => !old.has(id));
  expect(added.length).toBeGreaterThan(0);
  expect(added.length).toBeLessThan(old.size / 4);
  expect(old.size).toBeGreaterThan(30);
});

test('an edit in lines that are all alike in length leaves the ids of most chunks', () => {
  const rows = Array.from({ length: 4000 }, (_, index) => `row ${String((index * 2654435761) % 1e8).padStart(8, '0')} value`);
  const old = new Set(idsOf(rows.join('\n'), 'text'));
  const added = idsOf(['row inserted at top', ...rows].join('\n'), 'text').filter((id) => !old.has(id));
  expect(added.length).toBeLessThan(old.size / 5);
});
