import fs from 'node:fs/promises';
import path from 'node:path';
import type { FileEvent, TreeEvents } from './tree-events.ts';
import { isWithin } from './is-within.ts';
import type { Subscription } from './watch-source.ts';

export interface FolderWatchOptions {
  /** Canonical. */
  readonly folder: string;
  readonly source: TreeEvents;
  /** What needs no watch, as of now. */
  readonly unwatched: () => Promise<string[]>;
  readonly onEvents: (events: readonly FileEvent[]) => void;
  /** No events come any more. */
  readonly onError: (error: Error) => void;
}

/** So many directories get watches of their own before the whole folder is watched anew. */
const MAX_EXTRAS = 16;

/**
 * The watch over one folder. The source may miss what lies within directories that were made or moved
 * in; these get a subscription of their own ({@link cover}), or all is subscribed anew ({@link renew}),
 * the new subscription before the old one ends. Calls take turns.
 */
export class FolderWatch {
  readonly #options: FolderWatchOptions;
  readonly #extras = new Map<string, Subscription>();
  #root: Subscription | undefined;
  #unwatched: readonly string[] = [];
  #renewals = 0;
  #isClosed = false;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: FolderWatchOptions) {
    this.#options = options;
  }

  /** Watches, or watches anew. @throws what the source throws; then what was watched before still is */
  renew(): Promise<void> {
    return this.#takeTurn(() => this.#renew());
  }

  /**
   * Watches what lies within directories that have just appeared.
   * @returns directories that may hold what was missed until now
   * @throws what the source throws
   */
  cover(directories: readonly string[]): Promise<string[]> {
    return this.#takeTurn(async () => {
      const nested = await directoriesWithDirectories(topMost(directories));
      if (nested.length === 0) return [];
      const before = this.#unwatched;
      this.#unwatched = await this.#options.unwatched();
      const needed = nested.filter((directory) => !this.#unwatched.some((tree) => isWithin(tree, directory)));
      const isNewlyUnwatched = nested.some((directory) => !needed.includes(directory) && !before.some((tree) => isWithin(tree, directory)));
      if (isNewlyUnwatched || this.#extras.size + needed.length > MAX_EXTRAS) {
        await this.#renew();
        return needed.length === 0 ? [] : [this.#options.folder];
      }
      for (const directory of needed) {
        const subscription = await this.#subscribe(directory);
        const replaced = this.#extras.get(directory);
        this.#extras.set(directory, subscription);
        await replaced?.close();
      }
      return needed;
    });
  }

  close(): Promise<void> {
    this.#isClosed = true;
    return this.#takeTurn(() => this.#closeAll());
  }

  async #renew(): Promise<void> {
    if (this.#isClosed) return;
    this.#unwatched = await this.#options.unwatched();
    const root = await this.#subscribe(this.#options.folder);
    await this.#closeAll();
    this.#root = root;
  }

  #subscribe(directory: string): Promise<Subscription> {
    const { source, onEvents, onError, folder } = this.#options;
    this.#renewals += 1;
    // The source shares subscriptions that are alike: this name, which no file has, makes it a new one.
    const mark = path.join(folder, `.agent-brain-watch-${process.pid}-${this.#renewals}`);
    return source.subscribe({ directory, ignore: [...this.#unwatched, mark], onEvents, onError });
  }

  async #closeAll(): Promise<void> {
    const all = [...(this.#root === undefined ? [] : [this.#root]), ...this.#extras.values()];
    this.#root = undefined;
    this.#extras.clear();
    for (const subscription of all) await subscription.close();
  }

  #takeTurn<Result>(action: () => Promise<Result>): Promise<Result> {
    const turn = this.#turn.then(action);
    this.#turn = turn.catch(() => {});
    return turn;
  }
}

/** Without those that lie beneath others of them. */
function topMost(directories: readonly string[]): string[] {
  const found: string[] = [];
  for (const directory of directories.toSorted()) {
    const last = found.at(-1);
    if (last === undefined || !isWithin(last, directory)) found.push(directory);
  }
  return found;
}

async function directoriesWithDirectories(directories: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const directory of directories) {
    const entries = await fs.readdir(directory, { withFileTypes: true }).catch(() => []);
    if (entries.some((entry) => entry.isDirectory())) found.push(directory);
  }
  return found;
}
