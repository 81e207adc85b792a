import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { temporaryDirectory } from '@agent-brain/test-harness/temporary';
import { expect, test } from 'vitest';
import { bundleTypes } from './bundle-types.ts';

const entry = 'packages/client/dist/library/index.d.ts';
const known = new Map([
  ['Answer', 'interface Answer {\n  parts: Part[];\n}'],
  ['Part', 'type Part = string;'],
  ['Unused', 'type Unused = never;'],
]);

function bundleOf(files: Record<string, string>): string {
  const root = temporaryDirectory();
  for (const [file, text] of Object.entries(files)) {
    const target = path.join(root, 'packages', file);
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, text);
  }
  return bundleTypes(root, entry, known);
}

test('what the door hands on comes with what it names, over packages, and nothing else is exported', () => {
  const text = bundleOf({
    'client/dist/library/index.d.ts': "export { ask } from './ask.ts';\nexport type { Answer } from '@agent-brain/contract/query';\n",
    'client/dist/library/ask.d.ts':
      "import type { Answer } from '@agent-brain/contract/query';\nimport type { Mood } from '@agent-brain/contract/moods';\nexport declare function ask(mood: Mood): Answer;\nexport {};\n",
    'contract/dist/moods/index.d.ts': "export { type Mood } from './mood.ts';\n",
    'contract/dist/moods/mood.d.ts': 'export type Mood = 1;\n',
  });
  expect(text).toBe(
    'declare function ask(mood: Mood): Answer;\n\ntype Mood = 1;\n\ninterface Answer {\n  parts: Part[];\n}\n\ntype Part = string;\n\nexport { ask, Answer };\n',
  );
});

test.each([
  ['a library', { 'client/dist/library/index.d.ts': "export { z } from 'zod';\n" }, /reach zod/],
  ['a new name', { 'client/dist/library/index.d.ts': "export { a as b } from './a.ts';\n" }, /cannot be renamed/],
  [
    'two declarations of one name',
    {
      'client/dist/library/index.d.ts': "export { a } from './a.ts';\nexport { b } from './b.ts';\n",
      'client/dist/library/a.d.ts': 'export declare const a: X;\ntype X = 1;\n',
      'client/dist/library/b.d.ts': 'export declare const b: X;\ntype X = 2;\n',
    },
    /two published declarations have the name X/,
  ],
  [
    'a statement beyond it',
    {
      'client/dist/library/index.d.ts': "export { a } from './a.ts';\n",
      'client/dist/library/a.d.ts': "import * as all from './all.ts';\nexport declare const a: all.A;\n",
    },
    /not understood/,
  ],
])('%s on the way is an error, not a type that is missing', (_what, files, message) => {
  expect(() => bundleOf(files as unknown as Record<string, string>)).toThrow(message);
});
