import type { Dirent } from 'node:fs';
import fs from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { derivedDirectories, repositoryDirectories } from './name-rules.ts';
import { repositoryMark } from './repository-border.ts';
import { type GitRepository, RepositoryFacts, trackedPaths } from './repository-facts.ts';
import { rulesAround } from './repository-listing.ts';
import { addLevel, isIgnored, type RuleLevel } from './rule-levels.ts';

export interface IgnoredDirectoriesOptions {
  /** Environment for the question to git about the user's excludes. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** No more directories than this are named; those near the folder go first. */
  readonly limit: number;
}

/** So many directories are looked into. */
const maxLooks = 20_000;

/**
 * Directories beneath a folder in which nothing can be indexed: what the ignore rules of git leave out
 * as a whole, and outside git what tools make. Absolute paths. Not complete: it is meant for saving
 * work, a run decides anew about each file.
 */
export async function ignoredDirectories(folder: string, { env, limit }: IgnoredDirectoriesOptions): Promise<string[]> {
  const facts = new RepositoryFacts(env);
  const repository = await facts.repository(folder);
  if (repository === null) return directoriesBelow(folder, limit, null, outsideGit);
  const around = rulesAround(facts, repository, folder);
  if (around === 'ignored') return [];
  const within = relative(repository.top, folder).split(sep).join('/');
  const { files } = await trackedPaths(repository, within, true);
  // Ignored, and looked into all the same: git was forced to add files in them.
  const opened = new Set<string>();
  return directoriesBelow(folder, limit, around, {
    rulesIn: (directory, rules) => addLevel(rules, directory, ['.gitignore'], repository.ignoresCase),
    judge(path, name, rules) {
      if (repositoryDirectories.has(name)) return 'closed';
      if (!opened.has(dirname(path)) && !isIgnored(rules, path, name, true)) return repositoryMark(path) === 'none' ? 'open' : 'closed';
      if (!holdsTracked(repository, path, files)) return 'found';
      opened.add(path);
      return 'open';
    },
  });
}

/** What is named, what is not entered, and what is looked into. */
interface Judge {
  rulesIn(directory: string, around: RuleLevel | null): RuleLevel | null;
  judge(path: string, name: string, rules: RuleLevel | null): 'found' | 'closed' | 'open';
}

const outsideGit: Judge = {
  rulesIn: () => null,
  judge: (_path, name) => (derivedDirectories.has(name) || repositoryDirectories.has(name) ? 'found' : 'open'),
};

function holdsTracked({ top }: GitRepository, directory: string, files: ReadonlySet<string>): boolean {
  const prefix = `${relative(top, directory).split(sep).join('/')}/`;
  for (const file of files) if (file.startsWith(prefix)) return true;
  return false;
}

async function directoriesBelow(folder: string, limit: number, rules: RuleLevel | null, by: Judge): Promise<string[]> {
  const found: string[] = [];
  const queue = [{ directory: folder, rules }];
  for (let looks = 0; looks < maxLooks && looks < queue.length && found.length < limit; looks += 1) {
    const { directory, rules: around } = queue[looks] as (typeof queue)[number];
    const inside = by.rulesIn(directory, around);
    for (const entry of await entriesOf(directory)) {
      if (!entry.isDirectory()) continue;
      const path = join(directory, entry.name);
      const verdict = by.judge(path, entry.name, inside);
      if (verdict === 'found') found.push(path);
      else if (verdict === 'open') queue.push({ directory: path, rules: inside });
    }
  }
  return found.slice(0, limit);
}

async function entriesOf(directory: string): Promise<Dirent[]> {
  try {
    return await fs.readdir(directory, { withFileTypes: true });
  } catch {
    return [];
  }
}
