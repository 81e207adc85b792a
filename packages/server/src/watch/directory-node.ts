import type { FSWatcher } from 'node:fs';
import path from 'node:path';
import type { GitWatch } from './git-watch.ts';

/** A directory that is walked, with its watch. */
export class DirectoryNode {
  readonly path: string;
  readonly parent: DirectoryNode | undefined;
  readonly children = new Map<string, DirectoryNode>();
  watcher: FSWatcher | undefined;
  /** When the directory is the top of a repository. */
  git: GitWatch | undefined;
  /** It is not part of the tree any more. */
  isGone = false;

  constructor(directory: string, parent?: DirectoryNode) {
    this.path = directory;
    this.parent = parent;
  }

  get name(): string {
    return path.basename(this.path);
  }

  /** The one of that name, made when there is none. */
  child(name: string): DirectoryNode {
    let child = this.children.get(name);
    if (child === undefined) this.children.set(name, (child = new DirectoryNode(path.join(this.path, name), this)));
    return child;
  }

  unwatch(): void {
    this.watcher?.close();
    this.watcher = undefined;
    this.git?.close();
    this.git = undefined;
  }

  /** Takes it out of the tree, with all beneath it. @param onGone called with each of them, while it still has its watch */
  drop(onGone: (node: DirectoryNode) => void): void {
    if (this.parent?.children.get(this.name) === this) this.parent.children.delete(this.name);
    const open: DirectoryNode[] = [this];
    for (let node = open.pop(); node !== undefined; node = open.pop()) {
      onGone(node);
      node.unwatch();
      node.isGone = true;
      open.push(...node.children.values());
      node.children.clear();
    }
  }
}
