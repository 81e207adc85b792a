import fs from 'node:fs';

/** What a path is, links not followed; undefined when nobody can say: it is gone, or something above it is no directory. */
export function lstatOf(path: string): fs.Stats | undefined {
  try {
    return fs.lstatSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}
