import path from 'node:path';

/** Which paths of the index a run over one folder may touch. */
export interface RunScope {
  /** The path lies in the folder, and in none of the folders inside it that are indexed by themselves. */
  owns(indexPath: string): boolean;
}

/** Form of a path in the index: relative to the root with `/`, absolute outside it; `''` is the root itself. */
export function indexPathOf(root: string, absolutePath: string): string {
  const relative = path.relative(root, absolutePath);
  const isInside = relative !== '..' && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative);
  return (isInside ? relative : absolutePath).replaceAll(path.sep, '/');
}

/**
 * Of overlapping folders the innermost owns a file.
 * @param folders absolute paths of all indexed folders
 */
export function runScope(root: string, folder: string, folders: readonly string[]): RunScope {
  const own = beneath(indexPathOf(root, folder));
  const inner = foldersBeneath(folder, folders).map((other) => beneath(indexPathOf(root, other)));
  return { owns: (indexPath) => own(indexPath) && !inner.some((contains) => contains(indexPath)) };
}

/** Directory that files must really lie in, links in their paths followed: the project, or the folder outside it. */
export const readableRoot = (root: string, folder: string): string => (indexPathOf(root, folder) === folder ? folder : root);

/** Those of the folders that lie in another one. */
export const foldersBeneath = (folder: string, folders: readonly string[]): string[] =>
  folders.filter((other) => other !== folder && isBeneath(folder, other));

const isBeneath = (outer: string, folder: string): boolean => folder.startsWith(outer.endsWith(path.sep) ? outer : outer + path.sep);

/** Beginning of the paths in the index of all that lies in a directory. */
export function indexPrefixOf(root: string, directory: string): string {
  const own = indexPathOf(root, directory);
  return own === '' || own.endsWith('/') ? own : `${own}/`;
}

/** The root holds every relative path. */
function beneath(folder: string): (indexPath: string) => boolean {
  if (folder === '') return (indexPath) => !path.isAbsolute(indexPath);
  const prefix = folder.endsWith('/') ? folder : `${folder}/`;
  return (indexPath) => indexPath.startsWith(prefix);
}
