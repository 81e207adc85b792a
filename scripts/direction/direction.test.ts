import { expect, test } from 'vitest';
import { folderCycles } from './folder-cycles.ts';
import { writtenImports } from './written-imports.ts';

test('folders that know each other in a circle are named once, from their first folder on', () => {
  const file = (folder: string, name: string): string => `packages/p/src/${folder}/${name}.ts`;
  expect(
    folderCycles([
      { source: file('b', 'x'), targets: [file('c', 'index')] },
      { source: file('c', 'y'), targets: [file('a', 'index')] },
      { source: file('a', 'z'), targets: [file('b', 'index'), file('a', 'other')] },
      { source: file('d', 'z'), targets: [file('a', 'index'), 'node_modules/zod/index.js'] },
    ]),
  ).toEqual(['packages/p/src/a → packages/p/src/b → packages/p/src/c → packages/p/src/a']);
});

test('imports are read from the text whatever their form, and nothing else is', () => {
  const text = [
    "import fs from 'node:fs';",
    "import './side-effect.ts';",
    "import def, { named } from './both.ts';",
    "import * as all from './namespace.ts';",
    'import {',
    '  type A,',
    '  b,',
    "} from '../folder/index.ts';",
    "import type { C } from 'zod';",
    "export * from './all.ts';",
    "export { d, type E } from './some.ts';",
    "  import inner from 'not at the start of a line';",
    'export const text = "it came from \'nowhere\'";',
    "export const pattern = /^import z from 'zod'$/;",
    "// import x from 'a comment';",
  ].join('\n');
  expect(writtenImports(text)).toEqual([
    'node:fs',
    './side-effect.ts',
    './both.ts',
    './namespace.ts',
    '../folder/index.ts',
    'zod',
    './all.ts',
    './some.ts',
  ]);
});
