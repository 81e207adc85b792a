import { join, relative, sep } from 'node:path';
import { type Listed, listDirectories, type ListedByIndex, type OpenDirectory } from './directory-listing.ts';
import type { EntryFilter } from './entry-filter.ts';
import { type GitRepository, type RepositoryFacts, type TrackedPaths, trackedPaths } from './repository-facts.ts';
import { addLevel, isIgnored, type RuleLevel } from './rule-levels.ts';
import type { WalkOptions } from './walk-options.ts';

/**
 * Files of a directory of a repository as git lists them: what the index has, known at once, then what lies there and no
 * rule ignores, where the former come again. Gitlinks are among the first, as paths of directories.
 *
 * @param folder relative to the filter's base
 * @param isNamed whether a person means this directory: then it is gone through although it is ignored, when nothing in it
 *   is tracked
 */
export async function* listInRepository(
  filter: EntryFilter,
  folder: string,
  { repository, facts, isNamed }: { repository: GitRepository; facts: RepositoryFacts; isNamed: boolean },
  options: Pick<WalkOptions, 'recursive'>,
): AsyncGenerator<Listed> {
  const directory = filter.absolute(folder);
  const within = relative(repository.top, directory).split(sep).join('/');
  const tracked = await trackedPaths(repository, within, true);
  const told = toldPaths(folder, within, tracked, options);
  if (told.length > 0) yield { files: told, skips: [] };

  const inside = rulesAround(facts, repository, directory);
  if (inside === 'ignored' && (!isNamed || told.length > 0)) return;
  const start: OpenDirectory = {
    path: folder,
    gitRules: inside === 'ignored' ? null : inside,
    repository: { top: repository.top, submodules: tracked.gitlinks, listed: listedBy(tracked), foldsCase: repository.ignoresCase },
    ancestors: new Set(),
  };
  yield* listDirectories(filter, start, options.recursive !== false);
}

/** What the index lists of a directory, as paths of the filter. */
function toldPaths(
  folder: string,
  within: string,
  { files, gitlinks }: TrackedPaths,
  { recursive }: Pick<WalkOptions, 'recursive'>,
): string[] {
  const [cut, prefix] = [within === '' ? 0 : within.length + 1, folder === '' ? '' : `${folder}/`];
  return [...files, ...gitlinks]
    .map((path) => path.slice(cut))
    .filter((path) => path !== '' && (recursive !== false || !path.includes('/')))
    .map((path) => prefix + path);
}

function listedBy({ files, gitlinks }: TrackedPaths): ListedByIndex {
  const directories = new Set<string>();
  for (const path of files) {
    for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
      const directory = path.slice(0, end);
      if (directories.has(directory)) break;
      directories.add(directory);
    }
  }
  return { gitlinks, directories };
}

/** The rules that hold for a directory, without those of its own files. */
export function rulesAround(facts: RepositoryFacts, repository: GitRepository, directory: string): RuleLevel | null | 'ignored' {
  let rules = facts.rulesOf(repository);
  let at = repository.top;
  for (const name of relative(repository.top, directory).split(sep).filter(Boolean)) {
    rules = addLevel(rules, at, ['.gitignore'], repository.ignoresCase);
    at = join(at, name);
    if (isIgnored(rules, at, name, true)) return 'ignored';
  }
  return rules;
}
