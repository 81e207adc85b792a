import fs from 'node:fs';
import path from 'node:path';
import { lstatOf } from './lstat-of.ts';

export interface GitWatchOptions {
  /** Directory of git for one worktree, absolute. It may lie outside the folder. */
  readonly gitDir: string;
  /** A file of it has changed: its path below the directory, `info/exclude` included. */
  readonly onEvent: (name: string) => void;
}

/**
 * Watches the few files of a repository that say which files count, and what git is about to do: two directories, whatever
 * the size of the repository.
 */
export class GitWatch {
  readonly #options: GitWatchOptions;
  #own: fs.FSWatcher | undefined;
  #info: fs.FSWatcher | undefined;
  #isAlive = true;
  #isClosed = false;

  /** @throws what the system says when the directory of git cannot be watched */
  constructor(options: GitWatchOptions) {
    this.#options = options;
    this.#own = this.#watch(options.gitDir, (name, type) => {
      if (name === 'info') this.#watchInfo();
      // Of the directory itself: it was deleted or moved.
      if (name === path.basename(options.gitDir) && type === 'rename') this.#isAlive = false;
      options.onEvent(name);
    });
    this.#watchInfo();
  }

  get gitDir(): string {
    return this.#options.gitDir;
  }

  /** False when the directory is gone, or another one has taken its place. */
  get isAlive(): boolean {
    return this.#isAlive;
  }

  close(): void {
    this.#isClosed = true;
    this.#own?.close();
    this.#info?.close();
  }

  /** In worktrees `info` lies with the repository that they were made from. */
  #watchInfo(): void {
    if (this.#isClosed) return;
    const { gitDir, onEvent } = this.#options;
    this.#info?.close();
    this.#info = undefined;
    const above = path.dirname(gitDir);
    const common = path.basename(above) === 'worktrees' ? path.dirname(above) : gitDir;
    const info = path.join(common, 'info');
    if (!isDirectory(info)) return;
    // Without it a change of `info/exclude` is found by the next comparison.
    try {
      this.#info = this.#watch(info, (name) => onEvent(`info/${name}`));
    } catch {}
  }

  #watch(directory: string, onName: (name: string, type: string) => void): fs.FSWatcher {
    const watcher = fs.watch(directory, { persistent: false }, (type, name) => {
      if (!this.#isClosed && name !== null) onName(name, type);
    });
    watcher.on('error', () => {});
    return watcher;
  }
}

const isDirectory = (directory: string): boolean => lstatOf(directory)?.isDirectory() === true;
