import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { bundle } from './bundle.ts';
import { runtimeDependencies } from './dependencies.ts';
import { licenceNotice } from './licences.ts';
import { nativePackages } from './native-packages.ts';

interface Manifest {
  name: string;
  version: string;
  description: string;
  license: string;
  engines: Record<string, string>;
  bin: Record<string, string>;
}

/** Makes the folder that is published as `agent-brain` and returns its path. */
export async function stagePackage(root: string, staged = path.join(root, 'build', 'agent-brain')): Promise<string> {
  rmSync(staged, { recursive: true, force: true });
  mkdirSync(path.join(staged, 'lib'), { recursive: true });
  const { packageFolders } = await bundle(root, path.join(staged, 'lib'));
  cpSync(path.join(root, 'packages/cli/bin'), path.join(staged, 'bin'), { recursive: true });
  cpSync(path.join(root, 'docs'), path.join(staged, 'docs'), { recursive: true });
  for (const paper of ['README.md', 'LICENSE', 'CHANGELOG.md', 'SECURITY.md']) cpSync(path.join(root, paper), path.join(staged, paper));
  writeFileSync(path.join(staged, 'THIRD-PARTY-LICENSES.md'), licenceNotice(root, packageFolders));
  writeFileSync(path.join(staged, 'package.json'), `${JSON.stringify(manifest(root), undefined, 2)}\n`);
  return staged;
}

function manifest(root: string): Record<string, unknown> {
  const { name, version, description, license, engines, bin } = readManifest(path.join(root, 'packages/cli'));
  const installed = runtimeDependencies.filter(({ way }) => way === 'installed').map((dependency) => dependency.name);
  return {
    name,
    version,
    description,
    license,
    keywords: ['code search', 'search engine', 'bm25', 'coding agent', 'local'],
    type: 'module',
    bin,
    files: ['bin', 'lib', 'docs', 'THIRD-PARTY-LICENSES.md', 'CHANGELOG.md', 'SECURITY.md'],
    engines,
    // Exact: what was tested is what is installed.
    dependencies: Object.fromEntries(
      installed.map((dependency) => [dependency, readManifest(path.join(root, 'node_modules', dependency)).version]),
    ),
    optionalDependencies: nativePackages(root),
  };
}

const readManifest = (folder: string): Manifest => JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as Manifest;

/** Size of all files under a folder, in bytes, links not followed. */
export function folderSizeBytes(folder: string): number {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(path.join(entry.parentPath, entry.name)).size, 0);
}
