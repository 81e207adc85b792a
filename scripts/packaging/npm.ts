import { execFileSync } from 'node:child_process';
import { readdirSync, rmSync } from 'node:fs';
import path from 'node:path';

/** Packs a staged folder and returns the tarball's path. */
export function packTarball(staged: string): string {
  const folder = path.dirname(staged);
  for (const old of readdirSync(folder).filter((name) => name.endsWith('.tgz'))) rmSync(path.join(folder, old));
  const output = execFileSync('npm', ['pack', '--json', '--pack-destination', folder], {
    cwd: staged,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [packed] = JSON.parse(output) as { filename: string }[];
  if (packed === undefined) throw new Error(`npm pack named no file: ${output}`);
  return path.join(folder, packed.filename);
}

/** Installs a tarball into a folder as a user would. */
export function installTarball(tarball: string, folder: string, env: NodeJS.ProcessEnv = process.env): void {
  execFileSync('npm', ['install', '--no-audit', '--no-fund', '--omit=dev', tarball], {
    cwd: folder,
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}
