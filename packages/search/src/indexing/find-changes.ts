import type { FileSkip, FileTouch, IndexStore } from '../store/index.ts';
import { type FileCandidate, walkFolder, type WalkOptions } from '../walk/index.ts';
import type { ParseItem } from './parse-protocol.ts';
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
  walk: WalkOptions;
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
  /** To be read: new, changed, or possibly changed. */
  items: ParseItem[];
  /** Unchanged, but owned by an outer folder until now. */
  moved: FileTouch[];
  /** Stored paths of the scope that the folder has no more. */
  vanished: string[];
  /** Paths of remembered skips that are gone as well. */
  vanishedSkips: string[];
}

/** Stored files the walk has met, and folders it could not look into: neither may be taken for vanished. */
class SeenFiles {
  #bits = new Uint8Array(4_096);
  readonly #unreadable: string[] = [];

  add(fileId: number): void {
    const index = fileId >> 3;
    if (index >= this.#bits.length) {
      const larger = new Uint8Array(Math.max(index + 1, this.#bits.length * 2));
      larger.set(this.#bits);
      this.#bits = larger;
    }
    this.#bits[index] = (this.#bits[index] ?? 0) | (1 << (fileId & 7));
  }

  /** @param path with `/` at its end for a folder */
  addUnreadable(path: string): void {
    this.#unreadable.push(path);
  }

  has(file: { id: number; path: string }): boolean {
    if (((this.#bits[file.id >> 3] ?? 0) & (1 << (file.id & 7))) !== 0) return true;
    return this.#unreadable.some((path) => (path.endsWith('/') ? file.path.startsWith(path) : file.path === path));
  }
}

/** Walks the folder and compares stat values with those of the index; reads nothing. */
export async function findChanges(store: IndexStore, report: RunReport, options: ChangeOptions): Promise<Changes> {
  const changes: Changes = { items: [], moved: [], vanished: [], vanishedSkips: [] };
  const seen = new SeenFiles();
  const unseenSkips = new Set(store.skippedPaths());
  for await (const { files, skips } of walkFolder(options.walk)) {
    for (const skip of skips) {
      if (!options.scope.owns(skip.path)) continue;
      report.skips.add(skip);
      if (skip.reason === 'unreadable') seen.addUnreadable(skip.path);
    }
    for (const candidate of files) {
      if (!options.scope.owns(candidate.path)) continue;
      unseenSkips.delete(candidate.path);
      compare(store, candidate, report, options, changes, seen);
    }
    report.progress.filesTotal = report.unchanged + changes.items.length;
    options.onProgress();
  }
  for (const file of store.files()) if (options.scope.owns(file.path) && !seen.has(file)) changes.vanished.push(file.path);
  for (const path of unseenSkips) if (options.scope.owns(path)) changes.vanishedSkips.push(path);
  return changes;
}

function compare(
  store: IndexStore,
  candidate: FileCandidate,
  report: RunReport,
  options: ChangeOptions,
  changes: Changes,
  seen: SeenFiles,
): void {
  const known = store.fileState(candidate.path);
  if (known === undefined) {
    const skip = rememberedSkip(store, candidate, options);
    if (skip === undefined) changes.items.push({ candidate });
    else report.skips.add(skip);
    return;
  }
  seen.add(known.id);
  if (known.recipe !== options.recipe || options.force) changes.items.push({ candidate });
  else if (!hasSameStat(known, candidate)) changes.items.push({ candidate, knownHash: known.hash });
  else {
    report.unchanged += 1;
    if (known.folderPath !== options.folder) changes.moved.push({ ...candidate, readAtMs: known.readAtMs });
  }
}

const hasSameStat = (known: Omit<FileTouch, 'path'>, candidate: FileCandidate): boolean =>
  known.sizeBytes === candidate.sizeBytes &&
  known.mtimeMs === candidate.mtimeMs &&
  known.ctimeMs === candidate.ctimeMs &&
  known.ino === candidate.ino &&
  known.readAtMs - known.mtimeMs >= RACY_WINDOW_MS;

/** What could not be read may have been so for the load of the machine: it is tried again after a day. */
function rememberedSkip(store: IndexStore, candidate: FileCandidate, options: ChangeOptions): FileSkip | undefined {
  const skip = store.fileSkip(candidate.path);
  if (skip === undefined || options.force || skip.recipe !== options.skipRecipe || !hasSameStat(skip, candidate)) return undefined;
  const isStale = skip.reason === 'extraction_failed' && options.nowMs - skip.readAtMs > RETRY_AFTER_MS;
  return isStale ? undefined : skip;
}
