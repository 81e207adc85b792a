import type { FolderView } from '@agent-brain/search/walk';
import type { DirectoryNode } from './directory-node.ts';
import { GitWatch } from './git-watch.ts';
import { gitDirectory, gitDirectoryOf } from './repository-marks.ts';

/** The repositories of one folder: what git writes in them is watched, and what its index says of directories is kept. */
export class RepositoryWatches {
  readonly #onEvent: (top: DirectoryNode, name: string) => void;
  /** What the index says of the directories of a repository that is walked, as of the last look at it. */
  readonly #stamps = new Map<DirectoryNode, string>();
  /** Directories with a `.git` that are not walked. */
  readonly #borders = new Set<string>();
  /** Of the repository around the folder, when its top lies above. */
  #around: GitWatch | undefined;

  /** @param onEvent a file of git has changed, by its path below git's directory */
  constructor(onEvent: (top: DirectoryNode, name: string) => void) {
    this.#onEvent = onEvent;
  }

  /** Watches what git writes when the directory is the top of a repository, and no more when it is none. */
  refresh(node: DirectoryNode): void {
    const gitDir = gitDirectoryOf(node.path);
    if (node.git?.gitDir === gitDir && node.git?.isAlive === true) return;
    node.git?.close();
    node.git = gitDir === undefined ? undefined : this.#watch(node, gitDir);
    this.#borders.delete(node.path);
    if (node.git !== undefined && !this.#stamps.has(node)) this.#stamps.set(node, '');
  }

  /** The folder is no top; a repository may be around it. */
  watchAround(root: DirectoryNode): void {
    const gitDir = gitDirectory(root.path);
    if (this.#around?.gitDir === gitDir && this.#around?.isAlive === true) return;
    this.#around?.close();
    this.#around = gitDir === undefined ? undefined : this.#watch(root, gitDir);
  }

  /** A directory is not walked; the index may change that. */
  leave(node: DirectoryNode): void {
    if (gitDirectoryOf(node.path) !== undefined) this.#borders.add(node.path);
  }

  /** Whether a walk enters other directories since git's index has changed. The first time nobody knows. */
  async hasOtherIndex(top: DirectoryNode, view: FolderView): Promise<boolean> {
    if (top.isGone) return false;
    const walked = [...this.#stamps.keys()].map(({ path }) => path);
    const inner = [...walked, ...this.#borders].filter((directory) => directory.startsWith(`${top.path}/`)).toSorted();
    const stamp = await view.indexStamp(top.path, inner);
    const before = this.#stamps.get(top);
    this.#stamps.set(top, stamp);
    return before !== stamp;
  }

  forget(node: DirectoryNode): void {
    this.#stamps.delete(node);
  }

  close(): void {
    this.#around?.close();
  }

  /** Without a watch there what git does is found by its effects, and by the next comparison. */
  #watch(top: DirectoryNode, gitDir: string): GitWatch | undefined {
    try {
      return new GitWatch({ gitDir, onEvent: (name) => this.#onEvent(top, name) });
    } catch {
      return undefined;
    }
  }
}
