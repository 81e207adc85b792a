import { expect, test } from 'vitest';
import { rewriteImports, zodByName } from './direct-imports.ts';

const origins = new Map([
  ['take', { file: '/r/locks/take.ts', name: 'take' }],
  ['give', { file: '/r/locks/give.ts', name: 'giveBack' }],
]);
const rewrite = (source: string): string =>
  rewriteImports(
    source,
    (specifier) => (specifier === '@our/locks' ? '/r/locks/index.ts' : undefined),
    () => origins,
  );

test('an import through a door leads to the files behind it, under the names that the importer uses', () => {
  expect(rewrite("import { give as back, take } from '@our/locks';")).toBe(
    'import { giveBack as back } from "/r/locks/give.ts"; import { take } from "/r/locks/take.ts";',
  );
});

test('what the door defines itself is still taken from the door', () => {
  expect(rewrite("import { take, version } from '@our/locks';")).toBe(
    'import { take } from "/r/locks/take.ts"; import { version } from "/r/locks/index.ts";',
  );
});

test('imports of types vanish, and the lines below keep their numbers', () => {
  expect(rewrite("import {\n  type Lock,\n  take,\n} from '@our/locks';\nnext();")).toBe(
    'import { take } from "/r/locks/take.ts";\n\n\n\nnext();',
  );
});

test.each([
  "import { a } from 'elsewhere';",
  "import type { Lock } from '@our/locks';",
  "import * as locks from '@our/locks';",
  'const text = "import { take } from \'@our/locks\';";',
])('%s stays as it is', (statement) => {
  expect(rewrite(statement)).toBe(statement);
});

test('zod is taken as a namespace, of which a bundler keeps only what is named', () => {
  expect(zodByName("import { z } from 'zod';\nimport { z as other } from 'zod';")).toBe(
    "import * as z from 'zod';\nimport { z as other } from 'zod';",
  );
});
