import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { runtimeDependencies } from './packaging/dependencies.ts';
import { installTarball, packTarball } from './packaging/npm.ts';
import { clientDependencies, stageClient } from './packaging/stage-client.ts';
import { folderSizeBytes, stagePackage } from './packaging/stage.ts';

/**
 * Makes the packages that are published: `npm run pack` writes build/agent-brain and build/client/package with
 * their tarballs, prints the sizes of each tarball and of an installation, and what they need at run time.
 * `--no-install` leaves the installations out.
 */
const root = path.resolve(import.meta.dirname, '..');
const megabytes = (bytes: number): string => `${(bytes / 1_000_000).toFixed(2)} MB`;

for (const staged of [await stagePackage(root), await stageClient(root)]) {
  const tarball = packTarball(staged);
  console.log(
    `${path.relative(root, tarball)}: ${megabytes(statSync(tarball).size)} packed, ${megabytes(folderSizeBytes(staged))} unpacked`,
  );
  if (!process.argv.includes('--no-install')) console.log(`installed with its dependencies: ${megabytes(installedSize(tarball))}`);
}
console.log('\nRuntime dependencies of agent-brain:');
for (const { name, way, reason } of runtimeDependencies) console.log(`  ${name.padEnd(28)} ${way.padEnd(10)} ${reason}`);
console.log(`\nRuntime dependencies of @agent-brain/client: ${clientDependencies.length} (${clientDependencies.join(', ')})`);

function installedSize(file: string): number {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'ab-size-'));
  try {
    writeFileSync(path.join(folder, 'package.json'), '{ "private": true }\n');
    installTarball(file, folder);
    return folderSizeBytes(path.join(folder, 'node_modules'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
