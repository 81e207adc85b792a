import { type Dirent, lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { isAgentBrainError } from '@agent-brain/contract/errors';
import { opening } from '../decode/index.ts';
import type { EntryFilter } from './entry-filter.ts';
import type { Skip } from './file-candidate.ts';
import { derivedDirectories, repositoryDirectories } from './name-rules.ts';
import { infoExclude, repositoryAround, repositoryMark, submodulePaths } from './repository-border.ts';
import { addLevel, addRules, isIgnored, type RuleLevel } from './rule-levels.ts';

/** A directory that is entered, when git gives no list. */
export interface OpenDirectory {
  /** Relative to the filter's base, `''` for itself. */
  readonly path: string;
  readonly gitRules: RuleLevel | null;
  readonly repository: Repository | null;
  /** `device:inode` of this directory and those above it, against loops made by mounts. */
  readonly ancestors: ReadonlySet<string>;
}

interface Repository {
  readonly top: string;
  readonly submodules: ReadonlySet<string>;
  /** What its index lists, when that is told beside this listing. Paths are relative to the top. */
  readonly listed?: ListedByIndex | undefined;
  /** As in {@link RuleLevel}. */
  readonly foldsCase?: boolean | undefined;
}

export interface ListedByIndex {
  readonly gitlinks: ReadonlySet<string>;
  /** Directories that hold tracked files. */
  readonly directories: ReadonlySet<string>;
}

/** What one step of a listing found: paths of files for {@link EntryFilter.decide}, and skips. */
export interface Listed {
  readonly files: string[];
  readonly skips: Skip[];
}

/**
 * Walks by the rules of git: `.gitignore` at every level and `info/exclude`, no other repositories inside. Where an index
 * is given, it says what is a submodule, whose files are left to whoever lists what is tracked; otherwise `.gitmodules`
 * does. One step per directory; depth first, in the order of names.
 * Where no repository is around, clones inside are entered (the project is a folder of clones), and
 * directories of derived files are left out.
 */
export function* listDirectories(filter: EntryFilter, start: OpenDirectory, isRecursive: boolean): Generator<Listed> {
  const open: OpenDirectory[] = [start];
  for (let current = open.pop(); current !== undefined; current = open.pop()) {
    if (!filter.isOpen(current.path)) {
      yield { files: [], skips: filter.takeDirectorySkips() };
      continue;
    }
    yield readDirectory(filter, current, isRecursive, open);
  }
}

function readDirectory(filter: EntryFilter, current: OpenDirectory, isRecursive: boolean, open: OpenDirectory[]): Listed {
  const absolutePath = filter.absolute(current.path);
  const listed: Listed = { files: [], skips: [] };
  let entries: Dirent[];
  let identity: string;
  try {
    const stat = lstatSync(absolutePath);
    identity = `${stat.dev}:${stat.ino}`;
    entries = opening(absolutePath, () => readdirSync(absolutePath, { withFileTypes: true }));
  } catch (error) {
    if (isAgentBrainError(error)) throw error;
    listed.skips.push(filter.directorySkip(current.path, 'unreadable'));
    return listed;
  }
  if (current.ancestors.has(identity)) {
    listed.skips.push(filter.directorySkip(current.path, 'symlink_loop'));
    return listed;
  }
  const gitRules = rulesWithin(filter, current);
  const ancestors = new Set(current.ancestors).add(identity);
  const children: OpenDirectory[] = [];
  for (const entry of entries.sort((one, other) => (one.name < other.name ? -1 : 1))) {
    const path = current.path === '' ? entry.name : `${current.path}/${entry.name}`;
    const entryPath = join(absolutePath, entry.name);
    const isDirectory = entry.isDirectory();
    if (isDirectory ? repositoryDirectories.has(entry.name) || !isRecursive : entry.name === '.git') continue;
    if (isIgnored(gitRules, entryPath, entry.name, isDirectory)) continue;
    if (!isDirectory) {
      listed.files.push(path);
      continue;
    }
    const child = { path, gitRules, repository: current.repository, ancestors };
    const border = crossBorder(child, entryPath, entry.name);
    if (border === 'nested' || border === 'derived')
      listed.skips.push(filter.directorySkip(path, border === 'nested' ? 'nested_worktree' : 'excluded'));
    else if (border !== 'submodule') children.push(border);
  }
  open.push(...children.reverse());
  return listed;
}

/** The rules that hold for what lies in the directory. */
export const rulesWithin = (filter: EntryFilter, { path, gitRules, repository }: OpenDirectory): RuleLevel | null =>
  addLevel(gitRules, filter.absolute(path), ['.gitignore'], repository?.foldsCase);

/** A directory in an open one; null when it is not entered. @param rules see {@link rulesWithin} */
export function enterDirectory(filter: EntryFilter, parent: OpenDirectory, rules: RuleLevel | null, path: string): OpenDirectory | null {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const absolutePath = filter.absolute(path);
  if (repositoryDirectories.has(name) || isIgnored(rules, absolutePath, name, true)) return null;
  const entered = crossBorder({ path, gitRules: rules, repository: parent.repository, ancestors: parent.ancestors }, absolutePath, name);
  return typeof entered === 'string' ? null : entered;
}

/** The child with the rules of its own repository where it is one, or why it is not entered. */
function crossBorder(child: OpenDirectory, absolutePath: string, name: string): OpenDirectory | 'nested' | 'derived' | 'submodule' {
  if (child.repository === null && derivedDirectories.has(name)) return 'derived';
  const mark = repositoryMark(absolutePath);
  const listed = child.repository?.listed;
  if (listed !== undefined) {
    const within = absolutePath.slice((child.repository as Repository).top.length + 1);
    if (listed.gitlinks.has(within)) return mark === 'worktree' ? 'nested' : 'submodule';
    return mark === 'none' || (mark === 'repository' && listed.directories.has(within)) ? child : 'nested';
  }
  if (mark === 'none') return child;
  if (mark === 'worktree') return 'nested';
  const isOurs = child.repository === null || child.repository.submodules.has(absolutePath.slice(child.repository.top.length + 1));
  return isOurs ? { ...child, ...enterRepository(absolutePath) } : 'nested';
}

const enterRepository = (top: string): Pick<OpenDirectory, 'gitRules' | 'repository'> => ({
  gitRules: addRules(null, top, infoExclude(top)),
  repository: { top, submodules: submodulePaths(top) },
});

/**
 * The folder with the rules of all directories between it and the top of its repository. When those
 * ignore the folder itself they are dropped: who names a folder means it.
 */
export function startDirectory(filter: EntryFilter, folder: string): OpenDirectory {
  const absolutePath = filter.absolute(folder);
  const start: OpenDirectory = { path: folder, gitRules: null, repository: null, ancestors: new Set() };
  const top = repositoryAround(absolutePath);
  if (top === null) return start;
  const inside = enterRepository(top);
  let gitRules = inside.gitRules;
  let at = top;
  for (const name of absolutePath.slice(top.length).split('/').filter(Boolean)) {
    gitRules = addLevel(gitRules, at, ['.gitignore']);
    at = join(at, name);
    if (isIgnored(gitRules, at, name, true)) return { ...start, repository: inside.repository };
  }
  return { ...start, ...inside, gitRules };
}
