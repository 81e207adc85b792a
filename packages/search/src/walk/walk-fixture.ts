import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type FileCandidate, walkFolder, type WalkOptions } from './index.ts';

/** What a walk found: paths of files in order, and reasons by path. */
export interface Walked {
  readonly paths: string[];
  readonly skips: Record<string, string>;
  readonly files: FileCandidate[];
}

/** Walks to the end with a limit of 1 MB. */
export async function walk(root: string, options: Partial<WalkOptions> = {}): Promise<Walked> {
  const files: FileCandidate[] = [];
  const skips: Record<string, string> = {};
  for await (const batch of walkFolder({ root, folder: root, maxFileBytes: 1_000_000, ...options })) {
    files.push(...batch.files);
    for (const skip of batch.skips) {
      if (skip.path in skips) throw new Error(`${skip.path} was skipped twice`);
      skips[skip.path] = skip.reason;
    }
  }
  return { files, skips, paths: files.map((file) => file.path).sort() };
}

/** Writes files with their directories; a value is the content. */
export function plant(root: string, files: Readonly<Record<string, string | Buffer>>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
}

/** Runs git in a directory, apart from the user's configuration. */
export function git(directory: string, ...args: string[]): string {
  const env: NodeJS.ProcessEnv = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };
  for (const name of ['GIT_DIR', 'GIT_WORK_TREE', 'GIT_INDEX_FILE']) delete env[name];
  const identity = [
    '-c',
    'user.name=n',
    '-c',
    'user.email=n@example.org',
    '-c',
    'protocol.file.allow=always',
    '-c',
    'commit.gpgSign=false',
  ];
  return execFileSync('git', [...identity, ...args], { cwd: directory, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}
