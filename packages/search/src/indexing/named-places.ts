import fs from 'node:fs';
import { dirname, sep } from 'node:path';

/** Paths that an update names, by what the disk says of the directories above them. */
export interface NamedPlaces {
  /** Each once. In the place of one whose directory is a file or a link by now, that file or link. */
  paths: ReadonlySet<string>;
  /** Directories above them, none of which can be a file of the index. */
  directories: ReadonlySet<string>;
}

/**
 * @param paths absolute, at or beneath `folder`
 * @param within.root at or above `folder`: so far up directories are looked at
 */
export function findPlaces(paths: readonly string[], { folder, root }: { folder: string; root: string }): NamedPlaces {
  const kinds = new Map<string, Kind>();
  const isKind = (path: string, kind: Kind): boolean => {
    let found = kinds.get(path);
    if (found === undefined) kinds.set(path, (found = kindOf(path)));
    return found === kind;
  };
  const places = new Set<string>();
  const directories = new Set<string>();
  for (const path of paths) {
    const above = directoriesAbove(path, root);
    const inFolder = directoriesAbove(path, folder);
    places.add(inFolder.findLast((directory) => isKind(directory, 'other')) ?? path);
    for (const directory of above) if (isKind(directory, 'directory')) directories.add(directory);
  }
  return { paths: places, directories };
}

/** Directories between a path and the one it lies beneath, innermost first, without that one. */
export function directoriesAbove(path: string, top: string): string[] {
  const prefix = top.endsWith(sep) ? top : top + sep;
  const above: string[] = [];
  for (let at = dirname(path); at.startsWith(prefix) && at.length > prefix.length; at = dirname(at)) above.push(at);
  return above;
}

/** `other` is there and no directory: a link is none, wherever it leads. */
type Kind = 'directory' | 'other' | 'unknown';

function kindOf(path: string): Kind {
  try {
    const stat = fs.lstatSync(path, { throwIfNoEntry: false });
    return stat === undefined ? 'unknown' : stat.isDirectory() ? 'directory' : 'other';
  } catch {
    return 'unknown';
  }
}
