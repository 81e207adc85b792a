import fs from 'node:fs/promises';

/** How a folder stands on the disk. `identity` changes when another directory has taken its place. */
export type FolderLook =
  | { readonly state: 'there'; readonly identity: string; readonly device: number; readonly isEmpty: boolean }
  | { readonly state: 'gone' }
  | { readonly state: 'unreadable'; readonly code: string };

export async function lookAt(folder: string): Promise<FolderLook> {
  try {
    const directory = await fs.opendir(folder);
    try {
      const stat = await fs.stat(folder);
      return { state: 'there', identity: `${stat.dev}:${stat.ino}`, device: stat.dev, isEmpty: (await directory.read()) === null };
    } finally {
      await directory.close();
    }
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
    return code === 'ENOENT' || code === 'ENOTDIR' ? { state: 'gone' } : { state: 'unreadable', code };
  }
}

/** Whether what is there now looks like the place of a file system that is not mounted any more. */
export const isUnmounted = (before: FolderLook | undefined, now: FolderLook): boolean =>
  before?.state === 'there' && now.state === 'there' && before.device !== now.device && now.isEmpty && !before.isEmpty;
