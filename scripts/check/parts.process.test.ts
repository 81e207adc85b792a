import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { requireProgram } from '@agent-brain/test-harness/requirements';
import { temporaryDirectory } from '@agent-brain/test-harness/temporary';
import { describe, expect, test } from 'vitest';
import { direction } from './direction.ts';
import { format } from './format.ts';
import { lint } from './lint.ts';
import { floorFindings, type Part } from './part.ts';
import { typecheck } from './typecheck.ts';
import { unused } from './unused.ts';

const repository = path.resolve(import.meta.dirname, '../..');

/** A small repository with this one's tools and settings, and the given files. */
function repositoryWith(files: Record<string, string>): string {
  const root = temporaryDirectory('check');
  execFileSync('git', ['init', '--quiet'], { cwd: root });
  symlinkSync(path.join(repository, 'node_modules'), path.join(root, 'node_modules'));
  for (const name of ['.gitignore', '.oxlintrc.json', 'biome.json', 'tsconfig.base.json'])
    cpSync(path.join(repository, name), path.join(root, name));
  writeFileSync(path.join(root, '.gitignore'), 'node_modules\ndist/\n');
  const settings = {
    'package.json': '{ "name": "sample", "type": "module", "private": true }\n',
    'knip.json': '{ "entry": ["packages/*/src/*/index.ts"], "project": ["packages/**/*.ts"] }\n',
    'tsconfig.json': '{ "files": [], "references": [{ "path": "packages/contract" }] }\n',
    'packages/contract/tsconfig.json': '{ "extends": "../../tsconfig.base.json" }\n',
  };
  for (const [name, text] of Object.entries({ ...settings, ...files })) {
    mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    writeFileSync(path.join(root, name), text);
  }
  return root;
}

describe('a check finds what was planted, and says that it saw every file', () => {
  test.each<{ part: Part; files: Record<string, string>; finding: RegExp }>([
    {
      part: typecheck,
      files: { 'packages/contract/src/words/index.ts': 'export const word: string = 1;\n' },
      finding: /words\/index\.ts\(1,14\): error TS2322/,
    },
    {
      part: lint,
      files: { 'packages/contract/src/words/index.ts': 'export async function later(): Promise<void> {}\nlater();\n' },
      finding: /words\/index\.ts:2:1 typescript.no-floating-promises/,
    },
    {
      part: format,
      files: { 'packages/contract/src/words/index.ts': 'export const word = "double";\n' },
      finding: /words\/index\.ts: Formatter would have printed/,
    },
    {
      part: unused,
      files: {
        'packages/contract/src/words/index.ts': 'export const word = 1;\n',
        'packages/contract/src/words/forgotten.ts': 'export const lost = 1;\n',
      },
      finding: /words\/forgotten\.ts unused files/,
    },
  ])('$part.name', async ({ part, files, finding }) => {
    const result = await part.run(repositoryWith(files));
    expect(result.findings).toContainEqual(expect.stringMatching(finding));
    expect(result.seen).toBeGreaterThanOrEqual(Object.keys(files).length);
    expect(floorFindings({ name: part.name, minimum: 1 }, result)).toEqual([]);
  });
});

describe('the direction check', () => {
  test.each([
    [
      'a package that imports from above',
      'packages/contract/src/a/index.ts',
      "export { b } from '../../../runtime/src/b/index.ts';\n",
      'direction-of-contract',
    ],
    [
      'a package entered beside its doors',
      'packages/runtime/src/a/index.ts',
      "export { inner } from '../../../contract/src/c/inner.ts';\n",
      'door-of-another-package',
    ],
    [
      'a folder entered beside its door',
      'packages/runtime/src/a/index.ts',
      "export { inner } from '../b/inner.ts';\n",
      'door-of-another-folder',
    ],
    [
      'a contract that knows Node',
      'packages/contract/src/a/index.ts',
      "export { readFile } from 'node:fs';\n",
      'contract-runs-in-a-browser',
    ],
    ['a wire format outside its door', 'packages/runtime/src/a/index.ts', "export { fastify } from 'fastify';\n", 'door-of-http'],
    [
      'a database outside the store',
      'packages/search/src/rank/index.ts',
      "export { DatabaseSync } from 'node:sqlite';\n",
      'door-of-database',
    ],
    [
      'more of a package than is allowed',
      'packages/search/src/a/index.ts',
      "export { b } from '../../../runtime/src/b/index.ts';\n",
      'direction-of-search',
    ],
    ['a test in the product', 'packages/runtime/src/a/index.ts', "export { x } from './x.test.ts';\n", 'no-test-in-product'],
    ['an import of nothing', 'packages/runtime/src/a/index.ts', "export { x } from './nowhere.ts';\n", 'no-unresolvable'],
  ])('refuses %s', async (_what, file, text, rule) => {
    const root = repositoryWith({
      'packages/contract/src/c/index.ts': 'export const c = 1;\n',
      'packages/contract/src/c/inner.ts': 'export const inner = 1;\n',
      'packages/runtime/src/b/index.ts': 'export const b = 1;\n',
      'packages/runtime/src/b/inner.ts': 'export const inner = 1;\n',
      'packages/runtime/src/a/x.test.ts': 'export const x = 1;\n',
      [file]: text,
    });
    const { findings } = await direction.run(root);
    expect(findings).toContainEqual(expect.stringContaining(`: ${rule} (`));
  });

  test('refuses files that know each other in a circle, type imports included', async () => {
    const { findings } = await direction.run(
      repositoryWith({
        'packages/contract/src/a/index.ts': "export type { B } from './b.ts';\nexport type A = 1;\n",
        'packages/contract/src/a/b.ts': "import type { A } from './index.ts';\nexport type B = A;\n",
      }),
    );
    expect(findings).toContainEqual(expect.stringContaining('no-cycle'));
  });

  test('accepts what the architecture allows, and has seen it', async () => {
    const result = await direction.run(
      repositoryWith({
        'packages/contract/src/c/index.ts': 'export const c = 1;\n',
        'packages/runtime/src/b/index.ts':
          "import path from 'node:path';\nexport { c } from '../../../contract/src/c/index.ts';\nexport const b = path.sep;\n",
      }),
    );
    expect(result).toMatchObject({ findings: [], seen: 2, expected: 2 });
  });
});

test('a check whose tool was told to look away falls through its floor', async (context) => {
  requireProgram(context, 'git');
  const root = repositoryWith({ 'packages/contract/src/words/index.ts': 'export const word = 1;\n' });
  writeFileSync(path.join(root, '.oxlintrc.json'), '{ "ignorePatterns": ["**/words/**"] }\n');
  const result = await lint.run(root);
  expect(floorFindings({ name: 'lint', minimum: 1 }, result)).toEqual([expect.stringContaining('saw 0 of 1 files')]);
});
