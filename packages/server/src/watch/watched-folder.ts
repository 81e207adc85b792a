import path from 'node:path';
import { coverageReason, type FolderTrouble } from './coverage-reason.ts';
import { type FolderLook, isUnmounted, lookAt } from './folder-look.ts';
import { isWithin } from './is-within.ts';
import { gitDirectory, isGitAtWork, meaningOf } from './repository-marks.ts';
import { isLimitError, limitReason } from './watch-limit.ts';
import type { Coverage, Subscription, WatchScope, WatchSource } from './watch-source.ts';

export interface WatchedFolderOptions {
  /** Canonical. */
  readonly folder: string;
  /** undefined: there are no events on this system, the folder is only compared. */
  readonly source: WatchSource | undefined;
  /** State and data of the instance: what it writes there concerns nobody. */
  readonly closedDirs: readonly string[];
  /** Which directories beneath it are walked. */
  readonly scope: WatchScope;
  readonly nowMs: () => number;
  readonly log: { debug(fields: object, message: string): void; warn(fields: object, message: string): void };
  /** A path whose place in the index may be out of date. */
  readonly onChange: (path: string) => void;
  /** All of the folder is to be compared: `at once`, `now` (after a look at the folder), or `soon` (nothing is known to have changed). */
  readonly onCompare: (urgency: 'at once' | 'now' | 'soon') => void;
  /** Git has begun or ended its work on the files, or more is going on than was reported. */
  readonly onWork: () => void;
}

/** In one delivery; more of them are compared as a whole. */
const MANY_PATHS = 1_000;

/** One folder that is kept fresh: its watch, how it stands on the disk, and what events mean for it. */
export class WatchedFolder {
  readonly folder: string;
  readonly #options: WatchedFolderOptions;
  #watch: Subscription | undefined;
  #look: FolderLook | undefined;
  #gitDir: string | undefined;
  /** Of the folder itself; of its watch. */
  #diskTrouble: FolderTrouble | undefined;
  #watchTrouble: FolderTrouble | undefined;
  /** The watch could not be opened at all; it is tried again at each look. */
  #openTrouble = false;
  #isOpening = false;
  #isClosed = false;
  #isBusy = false;
  /** Counts the watches that were opened: what an earlier one still reports is nothing to us. */
  #opened = 0;

  constructor(options: WatchedFolderOptions) {
    this.folder = options.folder;
    this.#options = options;
  }

  get isStarting(): boolean {
    return this.#isOpening && this.#watch === undefined;
  }

  get isWatched(): boolean {
    return this.#watch !== undefined;
  }

  get trouble(): FolderTrouble | undefined {
    return this.#diskTrouble ?? this.#watchTrouble;
  }

  /** More is going on in it than was reported so far. */
  get isBusy(): boolean {
    return this.#isBusy;
  }

  /** Whether git is changing files in it right now. */
  isGitAtWork(): Promise<boolean> {
    return this.#gitDir === undefined ? Promise.resolve(false) : isGitAtWork(this.#gitDir, this.#options.nowMs());
  }

  /**
   * Looks how the folder stands on the disk, and watches it when it is not watched.
   * @returns whether its files may be compared with the index
   */
  async check(): Promise<boolean> {
    const before = this.#look;
    const now = await lookAt(this.folder);
    if (this.#isClosed) return false;
    const blocked = this.#whyBlocked(before, now);
    if (blocked !== undefined) {
      this.#diskTrouble = this.#told(this.#diskTrouble, { kind: 'degraded', reason: `${this.folder} ${blocked}` });
      return false;
    }
    const wasBlocked = this.#diskTrouble !== undefined;
    this.#look = now;
    if (now.state !== 'there') {
      await this.#lose();
      return false;
    }
    this.#diskTrouble = undefined;
    const isOther = before?.state === 'there' && before.identity !== now.identity;
    if (isOther) await this.#unwatch();
    if (!this.isWatched) await this.#open();
    if (isOther || wasBlocked) this.#options.onCompare('now');
    return true;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#unwatch();
  }

  #whyBlocked(before: FolderLook | undefined, now: FolderLook): string | undefined {
    if (now.state === 'unreadable') return `cannot be read (${now.code}); its files stay in the index as they are`;
    return isUnmounted(before, now) ? 'is empty and no mount point any more; its files stay in the index until it is back' : undefined;
  }

  async #lose(): Promise<void> {
    await this.#unwatch();
    const reason = `${this.folder} is not there any more; its files stay in the index until it is back, or is removed from the index`;
    this.#diskTrouble = this.#told(this.#diskTrouble, { kind: 'degraded', reason });
  }

  async #unwatch(): Promise<void> {
    const watch = this.#watch;
    this.#watch = undefined;
    this.#opened += 1;
    this.#isBusy = false;
    await watch?.close();
  }

  async #open(): Promise<void> {
    const { source, scope, onCompare, onWork } = this.#options;
    if (source === undefined || this.#isOpening) return;
    this.#isOpening = true;
    const opened = ++this.#opened;
    const ifCurrent =
      <Args extends unknown[]>(take: (...args: Args) => void) =>
      (...args: Args): void =>
        void (opened === this.#opened && !this.#isClosed && take(...args));
    try {
      this.#gitDir = gitDirectory(this.folder);
      const watch = await source.subscribe({
        scope,
        onChanges: ifCurrent((paths) => this.#receive(paths)),
        onLoss: ifCurrent(() => onCompare('at once')),
        onBusy: ifCurrent((isBusy) => {
          this.#isBusy = isBusy;
          onWork();
        }),
        onCoverage: ifCurrent((coverage) => this.#noteCoverage(coverage)),
        onError: ifCurrent((error) => void this.#failed(error)),
      });
      if (opened !== this.#opened || this.#isClosed) await watch.close();
      else {
        this.#watch = watch;
        if (this.#openTrouble) this.#watchTrouble = undefined;
        this.#openTrouble = false;
      }
    } catch (error) {
      this.#noteFailure(error);
    } finally {
      this.#isOpening = false;
    }
  }

  #noteCoverage(coverage: Coverage): void {
    this.#openTrouble = false;
    const trouble = coverageReason(this.folder, coverage);
    this.#watchTrouble = trouble === undefined ? undefined : this.#told(this.#watchTrouble, trouble);
  }

  #noteFailure(error: unknown): void {
    if (this.#isClosed) return;
    const why = error instanceof Error ? error.message : String(error);
    const trouble = isLimitError(error)
      ? ({ kind: 'limited', reason: limitReason(this.folder, error) } as const)
      : ({ kind: 'degraded', reason: `${this.folder} cannot be watched — ${why}; it is compared every minute` } as const);
    this.#openTrouble = true;
    this.#watchTrouble = this.#told(this.#watchTrouble, trouble);
  }

  async #failed(error: Error): Promise<void> {
    this.#noteFailure(error);
    await this.#unwatch();
    this.#options.onCompare('now');
  }

  /** Says so in the log when it is news. */
  #told(before: FolderTrouble | undefined, trouble: FolderTrouble): FolderTrouble {
    if (before?.reason !== trouble.reason)
      this.#options.log.warn({ folder: this.folder, reason: trouble.reason }, 'a folder is not kept fresh as it should be');
    return trouble;
  }

  #receive(paths: readonly string[]): void {
    const { closedDirs, onCompare, onChange, onWork } = this.#options;
    if (paths.length >= MANY_PATHS) onCompare('at once');
    for (const changed of paths) {
      if (closedDirs.some((directory) => isWithin(directory, changed))) continue;
      const meaning = changed === this.folder ? 'folder' : meaningOf(path.relative(this.folder, changed));
      if (meaning === 'folder') onCompare('now');
      else if (meaning === 'hint') onCompare('soon');
      else if (meaning === 'work') onWork();
      // A name that is no UTF-8 cannot be asked for; its directory can.
      else if (meaning !== 'nothing') onChange(changed.includes('\uFFFD') ? path.dirname(changed) : changed);
    }
  }
}
