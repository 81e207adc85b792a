import fs from 'node:fs/promises';
import path from 'node:path';
import { FolderWatch } from './folder-watch.ts';
import { isWithin } from './is-within.ts';
import { meaningOf } from './repository-marks.ts';
import type { FileEvent, TreeEvents } from './tree-events.ts';
import type { Subscription, SubscriptionRequest, WatchSource } from './watch-source.ts';

export interface CoveredSourceOptions {
  readonly events: TreeEvents;
  /** Directories beneath a folder that need no watch, as of now. */
  readonly findUnwatched: (folder: string, closedDirs: readonly string[]) => Promise<string[]>;
  /** Calls back after some milliseconds; the result cancels that. */
  readonly after: (delayMs: number, action: () => void) => () => void;
}

/** In one delivery; more of them are compared as a whole. */
const MANY_EVENTS = 1_000;
/** More entries at once are not looked at one by one. */
const LOOKS_AT_ONCE = 64;
/** After the last delivery of a burst, and how many deliveries of a burst that does not end are waited for. */
const QUIET_MS = 2_000;
const LONGEST_BURST = 100;
const FIRST_RENEWAL_MS = 1_000;
const LONGEST_RENEWAL_MS = 60_000;

/**
 * Makes a source of a library whose events are incomplete: directories that appear get a watch of their own, the watch is
 * renewed after a change of the rules, again and again when that fails, and after every burst of events the folder is
 * reported as a loss, because events of one path may have cancelled each other.
 */
export class CoveredSource implements WatchSource {
  readonly #options: CoveredSourceOptions;

  constructor(options: CoveredSourceOptions) {
    this.#options = options;
  }

  async subscribe(request: SubscriptionRequest): Promise<Subscription> {
    const folder = new CoveredFolder(request, this.#options);
    await folder.open();
    return folder;
  }
}

class CoveredFolder implements Subscription {
  readonly #request: SubscriptionRequest;
  readonly #options: CoveredSourceOptions;
  readonly #watch: FolderWatch;
  #cancelLoss = (): void => {};
  /** Deliveries since the last time that it was quiet. */
  #burst = 0;
  #cancelRenewal: (() => void) | undefined;
  #renewalMs = FIRST_RENEWAL_MS;
  #isClosed = false;

  constructor(request: SubscriptionRequest, options: CoveredSourceOptions) {
    this.#request = request;
    this.#options = options;
    const { folder, stateDir } = request.scope;
    this.#watch = new FolderWatch({
      folder,
      source: options.events,
      unwatched: () => options.findUnwatched(folder, stateDir),
      onEvents: (events) => this.#receive(events),
      onError: (error) => request.onError(error),
    });
  }

  /** @throws what the library throws */
  async open(): Promise<void> {
    await this.#watch.renew();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#cancelLoss();
    this.#cancelRenewal?.();
    await this.#watch.close();
  }

  #receive(events: readonly FileEvent[]): void {
    if (this.#isClosed) return;
    const { scope, onChanges, onLoss } = this.#request;
    const changed = events.map((event) => event.path);
    if (changed.some((at) => meaningOf(path.relative(scope.folder, at)) === 'rules')) this.#renewLater();
    if (changed.length > 0) onChanges(changed);
    this.#burst += 1;
    if (this.#burst <= LONGEST_BURST) {
      this.#cancelLoss();
      this.#cancelLoss = this.#options.after(QUIET_MS, () => {
        this.#burst = 0;
        onLoss();
      });
    }
    if (events.length < MANY_EVENTS) void this.#cover(events.flatMap(({ kind, path: at }) => (kind === 'delete' ? [] : [at])));
    else {
      this.#renewLater();
      onLoss();
    }
  }

  /** What lies in directories that have just appeared may have been missed. */
  async #cover(paths: readonly string[]): Promise<void> {
    const directories: string[] = [];
    for (let at = 0; at < paths.length; at += LOOKS_AT_ONCE) {
      const some = paths.slice(at, at + LOOKS_AT_ONCE);
      const isDirectory = await Promise.all(some.map(async (entry) => (await fs.lstat(entry).catch(() => undefined))?.isDirectory()));
      directories.push(...some.filter((_, index) => isDirectory[index]));
    }
    const outside = directories.filter((directory) => !this.#request.scope.stateDir.some((closed) => isWithin(closed, directory)));
    if (outside.length === 0 || this.#isClosed) return;
    try {
      const missed = await this.#watch.cover(outside);
      if (missed.length > 0 && !this.#isClosed) this.#request.onChanges(missed);
    } catch (error) {
      this.#fail(error);
    }
  }

  #renewLater(): void {
    this.#cancelRenewal ??= this.#options.after(this.#renewalMs, () => {
      this.#cancelRenewal = undefined;
      void this.#renew();
    });
  }

  async #renew(): Promise<void> {
    try {
      await this.#watch.renew();
    } catch (error) {
      this.#fail(error);
      return;
    }
    if (this.#isClosed) return;
    this.#renewalMs = FIRST_RENEWAL_MS;
    this.#request.onCoverage({ watched: 1, missing: 0, examples: [] });
    this.#request.onLoss();
  }

  /** Tried again, later and later. */
  #fail(error: unknown): void {
    if (this.#isClosed) return;
    const { folder } = this.#request.scope;
    const code = (error as NodeJS.ErrnoException).code ?? (error instanceof Error ? error.message : String(error));
    this.#request.onCoverage({ watched: 1, missing: 1, examples: [folder], code });
    this.#renewalMs = Math.min(LONGEST_RENEWAL_MS, this.#renewalMs * 2);
    this.#renewLater();
  }
}
