import path from 'node:path';

/** What is to be compared in one indexed folder. */
export interface FolderPaths {
  /** Absolute, as all paths here. */
  folder: string;
  /** Known to be compared as a whole; outer ones first. */
  directories: string[];
  /** All others. */
  paths: string[];
}

/** Rules of these hold for all that lies in their directory. */
const ignoreFiles: ReadonlySet<string> = new Set(['.gitignore', '.ignore', '.agent-brainignore']);

/**
 * Which folder owns which path; innermost folders own. A path above folders stands for each of them. What
 * changes the rules, or the border of a repository, stands for all it rules over.
 */
export function assignPaths(paths: readonly string[], folders: readonly string[]): FolderPaths[] {
  const parts = new Map<string, { directories: Set<string>; paths: Set<string> }>();
  const partOf = (folder: string) => {
    let part = parts.get(folder);
    if (part === undefined) parts.set(folder, (part = { directories: new Set(), paths: new Set() }));
    return part;
  };
  const innermostFirst = [...folders].sort((left, right) => right.length - left.length);
  for (const named of paths) {
    const meant = whatIsMeant(path.resolve(named));
    if (meant === null) continue;
    for (const folder of folders) if (isBeneath(folder, meant.path)) partOf(folder).directories.add(folder);
    const owner = innermostFirst.find((folder) => folder === meant.path || isBeneath(meant.path, folder));
    if (owner === undefined) continue;
    if (meant.isWhole || owner === meant.path) partOf(owner).directories.add(meant.path);
    else partOf(owner).paths.add(meant.path);
  }
  return [...parts].map(([folder, part]) => ({
    folder,
    directories: [...part.directories].sort((left, right) => left.length - right.length),
    paths: [...part.paths],
  }));
}

/** null for what lies in the store of a repository and tells nothing of its files. */
function whatIsMeant(named: string): { path: string; isWhole: boolean } | null {
  const name = path.basename(named);
  if (name === '.git' || ignoreFiles.has(name)) return { path: path.dirname(named), isWhole: true };
  const store = named.indexOf(`${path.sep}.git${path.sep}`);
  if (store < 0) return { path: named, isWhole: false };
  const isExclude = named.slice(store) === path.join(path.sep, '.git', 'info', 'exclude');
  return isExclude ? { path: named.slice(0, store), isWhole: true } : null;
}

const isBeneath = (inner: string, outer: string): boolean => inner.startsWith(outer.endsWith(path.sep) ? outer : outer + path.sep);
