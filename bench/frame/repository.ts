import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { sourceOf } from './project.ts';

const filesPerDirectory = 50;

/** A git repository `repository` of so many committed source files, in the folder. Returns its root. */
export function makeRepository(folder: string, fileCount: number): string {
  const at = path.join(folder, 'repository');
  for (let directory = 0; directory < fileCount / filesPerDirectory; directory += 1) {
    const parent = path.join(at, `package-${directory % 20}`, `part-${directory}`);
    mkdirSync(parent, { recursive: true });
    for (let file = 0; file < filesPerDirectory; file += 1)
      writeFileSync(path.join(parent, `module-${file}.ts`), sourceOf(directory * filesPerDirectory + file));
  }
  git(at, 'init', '-q');
  git(at, 'add', '.');
  git(at, '-c', 'user.name=bench', '-c', 'user.email=bench@localhost', 'commit', '-q', '-m', 'all');
  return at;
}

export const git = (directory: string, ...args: string[]): string =>
  execFileSync('git', args, { cwd: directory, encoding: 'utf8', maxBuffer: 256 * 1024 * 1024 });

/** A word that no file has, and that is one to the index. */
export const newWord = (number: number): string =>
  `marker${number.toString(26).replaceAll(/\d/g, (digit) => 'qrstuvwxyz'[Number(digit)] ?? '')}word`;
