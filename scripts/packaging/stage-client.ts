import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import { bundleTypes } from './bundle-types.ts';
import { packageFolders } from './bundle.ts';
import { directImports } from './direct-imports.ts';
import { licenceNotice } from './licences.ts';
import { wireDeclarations } from './wire-types.ts';

/** Native code cannot be bundled; the rest of the library is one file. */
export const clientDependencies = ['fs-native-extensions'];

/** Makes the folder that is published as `@agent-brain/client`, with room for its tarball beside it, and returns its path. */
export async function stageClient(root: string, staged = path.join(root, 'build', 'client', 'package')): Promise<string> {
  rmSync(staged, { recursive: true, force: true });
  mkdirSync(path.join(staged, 'lib'), { recursive: true });
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: { index: 'packages/client/src/library/index.ts' },
    outdir: path.join(staged, 'lib'),
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node22.18',
    charset: 'ascii',
    legalComments: 'none',
    minifySyntax: true,
    external: clientDependencies,
    metafile: true,
    logLevel: 'warning',
    plugins: [directImports(root)],
  });
  writeFileSync(path.join(staged, 'lib', 'index.d.ts'), declarations(root));
  for (const [paper, from] of [
    ['README.md', 'packages/client'],
    ['LICENSE', '.'],
    ['CHANGELOG.md', '.'],
  ] as const)
    cpSync(path.join(root, from, paper), path.join(staged, paper));
  writeFileSync(path.join(staged, 'THIRD-PARTY-LICENSES.md'), licenceNotice(root, packageFolders([metafile])));
  writeFileSync(path.join(staged, 'package.json'), `${JSON.stringify(manifest(root), undefined, 2)}\n`);
  return staged;
}

/** `tsc -b` costs nothing when it has been run since the last change. */
function declarations(root: string): string {
  execFileSync(process.execPath, [path.join(root, 'node_modules/typescript/bin/tsc'), '-b', 'packages/client'], {
    cwd: root,
    stdio: 'inherit',
  });
  return bundleTypes(root, 'packages/client/dist/library/index.d.ts', wireDeclarations());
}

function manifest(root: string): Record<string, unknown> {
  const { name, version, description, license, engines } = readJson(path.join(root, 'packages/client'));
  return {
    name,
    version,
    description,
    license,
    keywords: ['code search', 'coding agent', 'agent-brain', 'local'],
    type: 'module',
    sideEffects: false,
    exports: { '.': { types: './lib/index.d.ts', default: './lib/index.js' }, './package.json': './package.json' },
    files: ['lib', 'THIRD-PARTY-LICENSES.md', 'CHANGELOG.md'],
    engines,
    // Exact: what was tested is what is installed.
    dependencies: Object.fromEntries(
      clientDependencies.map((dependency) => [dependency, readJson(path.join(root, 'node_modules', dependency))['version']]),
    ),
  };
}

const readJson = (folder: string): Record<string, unknown> =>
  JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as Record<string, unknown>;
