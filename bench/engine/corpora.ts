import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { writeCorpus } from '@agent-brain/test-harness/corpus';
import { walkFolder } from '@agent-brain/search/walk';
import { indexConfig } from './index-config.ts';

/** A tree to measure with: a copy that may be changed, in a repository of its own. */
export interface Corpus {
  readonly name: string;
  readonly root: string;
}

export interface CorpusWish {
  readonly name: string;
  make(root: string): Promise<void> | void;
}

const MB = 1_000_000;

/** Trees that are made here and are the same everywhere: some 5,000, 100,000 and 1,000,000 chunks. */
const generatedSizes = [
  { name: 'generated 6 MB', bytes: 5.5 * MB, isFullOnly: false },
  { name: 'generated 110 MB', bytes: 108 * MB, isFullOnly: false },
  { name: 'generated 1.1 GB', bytes: 1_080 * MB, isFullOnly: true },
];

export const generatedCorpora = (isFull: boolean): CorpusWish[] =>
  generatedSizes
    .filter(({ isFullOnly }) => isFull || !isFullOnly)
    .map(({ name, bytes }) => ({ name, make: (root) => void writeCorpus(root, { bytes }) }));

/** A directory of this machine, or several as one (`A+B`). What would be indexed of them is copied; they stay as they are. */
export const namedCorpora = (text: string): CorpusWish[] =>
  text.split(',').map((word) => {
    const directories = word.split('+').map((directory) => realpathSync(directory));
    return {
      name: directories.map((directory) => path.basename(directory)).join('+'),
      async make(root) {
        for (const directory of directories)
          await copyIndexed(directory, directories.length === 1 ? root : path.join(root, path.basename(directory)));
      },
    };
  });

async function copyIndexed(from: string, to: string): Promise<void> {
  const made = new Set<string>();
  for await (const { files } of walkFolder({ root: from, folder: from, maxFileBytes: indexConfig.maxFileBytes })) {
    for (const file of files) {
      const target = path.join(to, file.path);
      const directory = path.dirname(target);
      if (!made.has(directory)) mkdirSync(directory, { recursive: true });
      made.add(directory);
      copyFileSync(file.absolutePath, target);
    }
  }
}

export async function makeCorpus(wish: CorpusWish, root: string): Promise<Corpus> {
  mkdirSync(root, { recursive: true });
  await wish.make(root);
  const git = (...argv: string[]): void => void execFileSync('git', ['-C', root, ...argv], { stdio: 'ignore' });
  git('init', '--quiet');
  git('-c', 'core.autocrlf=false', 'add', '--all', '--force');
  return { name: wish.name, root };
}

/** Paths of some files of a tree, spread over all of it; the same ones each time. */
export function someFiles(root: string, count: number): string[] {
  const all = readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !`${entry.parentPath}/`.includes('/.git/'))
    .map((entry) => path.join(entry.parentPath, entry.name))
    .toSorted();
  const step = Math.max(1, Math.floor(all.length / count));
  return all.filter((_, index) => index % step === 0).slice(0, count);
}

export const readText = (file: string): string => readFileSync(file, 'utf8');
