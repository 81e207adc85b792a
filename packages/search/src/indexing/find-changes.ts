import type { FileSkip, FileState, FileTouch, IndexStore, KnownFile } from '../store/index.ts';
import type { FileCandidate, Skip, WalkBatch } from '../walk/index.ts';
import { ParseFeed } from './parse-feed.ts';
import type { RunReport } from './run-report.ts';
import type { RunScope } from './run-scope.ts';

/**
 * Time between the write of a file and its reading below which a second write might have left size and
 * mtime as they were: file systems stamp with a clock that ticks every few milliseconds, some every two
 * seconds. Such a file is hashed again.
 */
const RACY_WINDOW_MS = 2_000;

const RETRY_AFTER_MS = 24 * 60 * 60 * 1_000;

export interface ChangeOptions {
  scope: RunScope;
  folder: string;
  recipe: string;
  skipRecipe: string;
  /** Wall clock, milliseconds since 1970. */
  nowMs: number;
  /** Takes every file for changed. */
  force: boolean;
  onProgress: () => void;
}

export interface Changes {
  /** To be read: new, changed, or possibly changed. Complete when whoever compares says so. */
  readonly items: ParseFeed;
  /** Paths among them that the index knows. */
  readonly known: Set<string>;
  /** Unchanged, but owned by an outer folder until now. */
  readonly moved: FileTouch[];
  /** Stored paths of the scope that the folder has no more. */
  readonly vanished: string[];
  /** Paths of remembered skips that are gone as well. */
  readonly vanishedSkips: string[];
}

/** Compares what a walk finds with what the index knows, by stat values; reads no file. */
export class ChangeFinder {
  readonly changes: Changes = { items: new ParseFeed(), known: new Set(), moved: [], vanished: [], vanishedSkips: [] };
  readonly #store: IndexStore;
  readonly #report: RunReport;
  readonly #options: ChangeOptions;

  constructor(store: IndexStore, report: RunReport, options: ChangeOptions) {
    this.#store = store;
    this.#report = report;
    this.#options = options;
  }

  /**
   * All that the index knows beneath a directory, against all that a walk of it finds.
   * @param prefix path of the directory in the index with `/` at its end, `''` for all
   */
  async compareAll(prefix: string, batches: AsyncIterable<WalkBatch>): Promise<void> {
    const { scope, onProgress } = this.#options;
    const { changes } = this;
    const unseen = new Map<string, KnownFile>();
    for (const file of this.#store.filesBeneath(prefix)) if (scope.owns(file.path)) unseen.set(file.path, file);
    const unseenSkips = new Map<string, FileSkip>();
    for (const skip of this.#store.skipsBeneath(prefix)) if (scope.owns(skip.path)) unseenSkips.set(skip.path, skip);
    const unreadable: string[] = [];
    for await (const { files, skips } of batches) {
      for (const skip of skips) {
        if (!scope.owns(skip.path)) continue;
        this.#report.skips.add(skip);
        if (skip.reason === 'unreadable') unreadable.push(skip.path);
      }
      for (const candidate of files) {
        const { path } = candidate;
        if (!scope.owns(path)) continue;
        this.#compare(candidate, unseen.get(path), unseenSkips.get(path));
        unseen.delete(path);
        unseenSkips.delete(path);
      }
      changes.items.flush();
      onProgress();
    }
    for (const path of unreadable) keepWhatIs(unseen, path);
    for (const path of unseen.keys()) changes.vanished.push(path);
    for (const path of unseenSkips.keys()) changes.vanishedSkips.push(path);
  }

  /** One path that is no directory, with what a walk would say of it; null for nothing. */
  compareOne(path: string, verdict: { file: FileCandidate } | { skip: Skip } | null): void {
    const { changes } = this;
    this.vanishBeneath(path);
    const known = this.#store.fileState(path);
    if (verdict !== null && 'file' in verdict) {
      this.#compare(verdict.file, known, this.#store.fileSkip(path));
      return;
    }
    if (verdict !== null) this.#report.skips.add(verdict.skip);
    if (verdict?.skip.reason === 'unreadable') return;
    if (known !== undefined) changes.vanished.push(path);
    else if (this.#store.fileSkip(path) !== undefined) changes.vanishedSkips.push(path);
  }

  /** These paths are directories: what is known of them as files goes, whichever folder it belonged to. */
  vanishFiles(paths: readonly string[]): void {
    for (const path of new Set(paths)) {
      if (this.#store.fileState(path) !== undefined) this.changes.vanished.push(path);
      else if (this.#store.fileSkip(path) !== undefined) this.changes.vanishedSkips.push(path);
    }
  }

  /** The path is no directory, or none that is walked. */
  vanishBeneath(path: string): void {
    const { scope } = this.#options;
    for (const file of this.#store.filesBeneath(`${path}/`)) if (scope.owns(file.path)) this.changes.vanished.push(file.path);
    for (const skip of this.#store.skipsBeneath(`${path}/`)) if (scope.owns(skip.path)) this.changes.vanishedSkips.push(skip.path);
  }

  #compare(candidate: FileCandidate, known: FileState | undefined, knownSkip: FileSkip | undefined): void {
    const { recipe, force, folder } = this.#options;
    const { progress, skips } = this.#report;
    const { items, moved } = this.changes;
    if (known === undefined && knownSkip !== undefined && this.#isStillSkipped(knownSkip, candidate)) {
      skips.add(knownSkip);
      return;
    }
    progress.filesTotal += 1;
    if (known !== undefined && known.recipe === recipe && !force && hasSameStat(known, candidate)) {
      this.#report.unchanged += 1;
      progress.filesDone += 1;
      if (known.folderPath !== folder) moved.push({ ...candidate, readAtMs: known.readAtMs });
      return;
    }
    if (known === undefined) items.push({ candidate });
    else {
      this.changes.known.add(candidate.path);
      items.push(known.recipe === recipe && !force ? { candidate, knownHash: known.hash } : { candidate });
    }
  }

  /** What could not be read may have been so for the load of the machine: it is tried again after a day. */
  #isStillSkipped(skip: FileSkip, candidate: FileCandidate): boolean {
    const { force, skipRecipe, nowMs } = this.#options;
    if (force || skip.recipe !== skipRecipe || !hasSameStat(skip, candidate)) return false;
    return skip.reason !== 'extraction_failed' || nowMs - skip.readAtMs <= RETRY_AFTER_MS;
  }
}

const hasSameStat = (known: Omit<FileTouch, 'path'>, candidate: FileCandidate): boolean =>
  known.sizeBytes === candidate.sizeBytes &&
  known.mtimeMs === candidate.mtimeMs &&
  known.ctimeMs === candidate.ctimeMs &&
  known.ino === candidate.ino &&
  known.readAtMs - known.mtimeMs >= RACY_WINDOW_MS;

/** What cannot be looked into may be as it was. @param path with `/` at its end for a directory */
function keepWhatIs(unseen: Map<string, KnownFile>, path: string): void {
  if (!path.endsWith('/')) unseen.delete(path);
  else for (const known of unseen.keys()) if (known.startsWith(path)) unseen.delete(known);
}
