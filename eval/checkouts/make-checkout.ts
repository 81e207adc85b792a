import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Repository } from '../data/code-queries.ts';
import { GitMirror } from './git-mirror.ts';

export interface CheckoutOptions {
  /** Folder with the mirrors. */
  mirrors: string;
  /** Folder that gets `<repo>/` and, beside it, `<repo>.json` with what was written there. */
  target: string;
  /** The whole tree of the commit, not the benchmark root alone. */
  whole: boolean;
}

/** What became of one repository: its folder, or why there is none. */
export type Checkout = { folder: string } | { missing: string };

/** Writes the files of a repository at its commit, unless they stand there already. Never half a tree: it is renamed when complete. */
export async function makeCheckout(repository: Repository, { mirrors, target, whole }: CheckoutOptions): Promise<Checkout> {
  const folder = path.join(target, repository.repo);
  const root = whole ? null : repository.benchmarkRoot;
  const label = JSON.stringify({ github: repository.github, commit: repository.commit, root });
  if (existsSync(folder) && labelOf(folder) === label) return { folder };
  const mirror = GitMirror.find(mirrors, repository.github);
  if (mirror === null) return { missing: `no mirror of ${repository.github}` };
  if (!mirror.has(repository.commit)) return { missing: `the mirror of ${repository.github} lacks ${repository.commit}` };
  const blobs = mirror.files(repository.commit, root);
  if (blobs.length === 0) return { missing: `${repository.github} has no file below ${root ?? 'its root'}` };
  const partial = `${folder}.partial`;
  rmSync(partial, { recursive: true, force: true });
  let index = 0;
  for await (const content of mirror.contents(blobs)) {
    const file = path.join(partial, blobs[index++]?.path ?? '');
    if (content === null) continue;
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
  rmSync(folder, { recursive: true, force: true });
  renameSync(partial, folder);
  writeFileSync(`${folder}.json`, label);
  return { folder };
}

function labelOf(folder: string): string | undefined {
  try {
    return readFileSync(`${folder}.json`, 'utf8');
  } catch {
    return undefined;
  }
}
