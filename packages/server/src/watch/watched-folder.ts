import fs from 'node:fs/promises';
import path from 'node:path';
import { type FolderLook, isUnmounted, lookAt } from './folder-look.ts';
import { FolderWatch, isWithin } from './folder-watch.ts';
import { gitDirectory, isGitAtWork, meaningOf } from './repository-marks.ts';
import { isLimitError, isLimitReached, limitReason } from './watch-limit.ts';
import type { FileEvent, WatchSource } from './watch-source.ts';

export interface WatchedFolderOptions {
  /** Canonical. */
  readonly folder: string;
  /** undefined: there are no events on this system, the folder is only compared. */
  readonly source: WatchSource | undefined;
  /** State and data of the instance: what it writes there concerns nobody. */
  readonly closedDirs: readonly string[];
  /** Directories that need no watch, as of now. */
  readonly findUnwatched: (folder: string) => Promise<string[]>;
  readonly nowMs: () => number;
  readonly log: { debug(fields: object, message: string): void; warn(fields: object, message: string): void };
  /** A path whose place in the index may be out of date. */
  readonly onChange: (path: string) => void;
  /** All of the folder is to be compared: `at once`, `now` (after a look at the folder), or `soon` (nothing is known to have changed). */
  readonly onCompare: (urgency: 'at once' | 'now' | 'soon') => void;
}

/** `limited`: part of it, or all, is not watched for want of watches. */
export interface FolderTrouble {
  readonly kind: 'limited' | 'degraded';
  readonly reason: string;
}

/** In one delivery; more of them are compared as a whole. The kernel may have lost some of so many. */
const MANY_EVENTS = 1_000;
/** More entries at once are not looked at one by one. */
const LOOKS_AT_ONCE = 64;

/** One folder that is kept fresh: its watch, how it stands on the disk, and what events mean for it. */
export class WatchedFolder {
  readonly folder: string;
  readonly #options: WatchedFolderOptions;
  #watch: FolderWatch | undefined;
  #look: FolderLook | undefined;
  #gitDir: string | undefined;
  /** Of the folder itself; of its watch. */
  #diskTrouble: FolderTrouble | undefined;
  #watchTrouble: FolderTrouble | undefined;
  #isOpening = false;
  #isClosed = false;
  #needsRenewal = false;

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

  /** From time to time: {@link check}, and what has to be watched anew. */
  async tend(): Promise<void> {
    const isThere = await this.check();
    if (!isThere || !this.#needsRenewal || !this.isWatched) return;
    await this.#open();
    this.#options.onCompare('now');
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
    await watch?.close();
  }

  async #open(): Promise<void> {
    const { source, findUnwatched } = this.#options;
    if (source === undefined || this.#isOpening) return;
    this.#isOpening = true;
    const watch =
      this.#watch ??
      new FolderWatch({
        folder: this.folder,
        source,
        unwatched: () => findUnwatched(this.folder),
        onEvents: (events) => void (watch === this.#watch && this.#receive(events)),
        onError: (error) => void this.#failed(error),
      });
    try {
      this.#needsRenewal = false;
      this.#gitDir = await gitDirectory(this.folder);
      await watch.renew();
      this.#watch = watch;
      if (this.#isClosed) await this.#unwatch();
      else this.#checkLimit();
    } catch (error) {
      this.#noteFailure(error);
    } finally {
      this.#isOpening = false;
    }
  }

  /** The library may get no watch for a new directory and says nothing. */
  #checkLimit(): void {
    this.#watchTrouble = isLimitReached(this.folder) ? this.#told(this.#watchTrouble, limitTrouble(this.folder)) : undefined;
  }

  #noteFailure(error: unknown): void {
    if (this.#isClosed) return;
    const why = error instanceof Error ? error.message : String(error);
    const trouble = isLimitError(error)
      ? limitTrouble(this.folder)
      : ({ kind: 'degraded', reason: `${this.folder} cannot be watched — ${why}; it is compared every minute` } as const);
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

  #receive(events: readonly FileEvent[]): void {
    const appeared: string[] = [];
    for (const { kind, path: changed } of events) {
      if (this.#options.closedDirs.some((directory) => isWithin(directory, changed))) continue;
      if (changed === this.folder) {
        this.#options.onCompare('now');
        continue;
      }
      const meaning = meaningOf(path.relative(this.folder, changed));
      if (meaning === 'nothing') continue;
      if (meaning === 'hint') {
        this.#options.onCompare('soon');
        continue;
      }
      if (meaning === 'rules') this.#needsRenewal = true;
      // A name that is no UTF-8 cannot be asked for; its directory can.
      this.#options.onChange(changed.includes('\uFFFD') ? path.dirname(changed) : changed);
      if (kind !== 'delete') appeared.push(changed);
    }
    if (events.length >= MANY_EVENTS) {
      this.#needsRenewal = true;
      this.#options.onCompare('at once');
    } else void this.#coverDirectories(appeared);
  }

  /** What lies in directories that have just appeared may have been missed. */
  async #coverDirectories(paths: readonly string[]): Promise<void> {
    const directories: string[] = [];
    for (let at = 0; at < paths.length; at += LOOKS_AT_ONCE) {
      const some = paths.slice(at, at + LOOKS_AT_ONCE);
      const isDirectory = await Promise.all(some.map(async (entry) => (await fs.lstat(entry).catch(() => undefined))?.isDirectory()));
      directories.push(...some.filter((_, index) => isDirectory[index]));
    }
    const watch = this.#watch;
    if (directories.length === 0 || watch === undefined) return;
    try {
      for (const missed of await watch.cover(directories)) this.#options.onChange(missed);
      if (this.#watchTrouble === undefined) this.#checkLimit();
    } catch (error) {
      this.#noteFailure(error);
      this.#options.onCompare('now');
    }
  }
}

const limitTrouble = (folder: string): FolderTrouble => ({ kind: 'limited', reason: limitReason(folder) });
