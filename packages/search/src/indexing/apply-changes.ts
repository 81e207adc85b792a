import type { IndexRequest } from '@agent-brain/contract/jobs';
import type { IndexStore } from '../store/index.ts';
import { CommitBatcher } from './commit-batcher.ts';
import type { Changes } from './find-changes.ts';
import { type ChunkSettings, skipRecipeOf } from './index-file.ts';
import type { ParseResult } from './parse-result.ts';
import { checkLimits } from './run-limits.ts';
import type { RunReport } from './run-report.ts';
import { readableRoot } from './run-scope.ts';
import type { RunSurroundings } from './run-surroundings.ts';

/** A folder that is being brought up to date. */
export interface FolderFill {
  store: IndexStore;
  folder: string;
  settings: ChunkSettings & { maxFileBytes: number };
  /** Whether files that are gone, or no longer for the index, are taken out. */
  removes: boolean;
  report: RunReport;
  around: RunSurroundings;
  tell: (options?: { always: boolean }) => void;
}

/**
 * Reads and cuts what has changed and commits it batch by batch, while more of it may still be found; what has vanished
 * goes last, with the last batch, since before that all must have been looked at.
 * @param completion the folder counts as indexed with this request; without one nothing is committed when nothing has changed
 */
export async function applyChanges(changes: Changes, fill: FolderFill, completion: IndexRequest | null): Promise<void> {
  const { store, folder, settings, report, around, tell } = fill;
  const batcher = new CommitBatcher(store, folder, around, around.onCommit);
  const answers = around.pool.parse({
    settings: { ...settings, root: readableRoot(around.root, folder) },
    items: changes.items,
    signal: around.signal,
    onLostWorker: (path, reason) => around.log('warn', 'a file ended the thread that read it and is skipped', { path, reason }),
  });
  for await (const results of answers) {
    for (const result of results) takeResult(result, batcher, fill, changes.known);
    const isCommitted = batcher.commitIfDue();
    tell({ always: isCommitted });
    // Each run comes on by a batch at least, so that one that pauses again and again ends all the same.
    if (isCommitted) checkLimits(around.limits, { residentBytes: around.residentBytes, indexBytes: () => store.sizeBytes() });
  }
  for (const touch of changes.moved) {
    batcher.touch(touch);
    batcher.commitIfDue();
  }
  if (fill.removes) {
    for (const path of changes.vanishedSkips) {
      batcher.remove(path);
      batcher.commitIfDue();
    }
    for (const path of changes.vanished) {
      around.signal.throwIfAborted();
      batcher.remove(path);
      batcher.commitIfDue();
      report.removed += 1;
    }
  }
  const { examples, counts } = report.skips;
  batcher.commit(
    completion === null ? undefined : { completedAt: around.now().toISOString(), request: completion, skipped: { examples, counts } },
  );
}

function takeResult(
  result: ParseResult,
  batcher: CommitBatcher,
  { report, removes, settings }: FolderFill,
  known: ReadonlySet<string>,
): void {
  const { progress } = report;
  progress.filesDone += 1;
  if (result.kind === 'touch') {
    report.unchanged += 1;
    progress.bytesDone += result.touch.sizeBytes;
    batcher.touch(result.touch);
    return;
  }
  const path = result.kind === 'file' ? result.file.path : result.skip.path;
  const isKnown = known.has(path);
  if (result.kind === 'file') {
    progress.currentFile = path;
    progress.bytesDone += result.file.sizeBytes;
    progress.chunksDone += result.file.chunkCount;
    if (isKnown) report.changed += 1;
    else report.added += 1;
    batcher.replace(result.file);
    return;
  }
  report.skips.add(result.skip);
  // What could not be read now may be as it was; anything else is no longer what the index shows.
  if (result.skip.reason === 'unreadable') return;
  if (isKnown && removes) {
    report.removed += 1;
    batcher.remove(path);
  }
  if (result.skip.reason !== 'vanished') batcher.skip({ ...result.skip, recipe: skipRecipeOf(settings) });
}
