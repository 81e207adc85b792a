import { type AgentBrainError, isAgentBrainError } from '@agent-brain/contract/errors';
import type { IndexRequest, IndexStats, RepairOutcome } from '@agent-brain/contract/jobs';
import { plainRequest, type IndexConfig, type RunSurroundings, runIndex, sumOfRuns } from '../indexing/index.ts';
import { checkStoreFile, type FolderRequest, type IndexStore, inspectStoreFile } from '../store/index.ts';

export interface RepairOrder {
  /** All folders are done again, every file, also when the index is sound. */
  force: boolean;
  config: IndexConfig;
}

/** What a repair works with. */
export interface RepairSurroundings extends RunSurroundings {
  /** What a full check finds. */
  check(): string[];
  /** The store as it is, which is sound. */
  open(): IndexStore;
  /** Sets the damaged store aside: an empty one that knows the same folders, and where the damaged one lies. */
  renew(): { store: IndexStore; aside: string | null };
}

/**
 * Checks the index; sets a damaged one aside and indexes all its folders again, each with the request of its last run.
 * Nothing happens to a sound one, but that folders which were never completed are: a repair that was killed goes on so.
 * A folder that cannot be indexed (any more) keeps none of the others from it.
 * @throws the signal's reason; DISK_FULL, INDEX_DISK_LIMIT, MEMORY_LIMIT
 */
export async function repairIndex({ force, config }: RepairOrder, around: RepairSurroundings): Promise<IndexStats> {
  const problems = around.check();
  const damaged = problems.length > 0;
  const { store, aside } = damaged ? around.renew() : { store: around.open(), aside: null };
  around.onCommit();
  const outcome: RepairOutcome = { damaged, problems, set_aside: aside, folders: [], failed_folders: [] };
  const parts: IndexStats[] = [];
  for (const folder of foldersToFill(store, { all: damaged || force, root: damaged ? around.root : null })) {
    const request: IndexRequest = { ...(folder.request ?? plainRequest(folder.folderPath)), force };
    try {
      parts.push(await runIndex(store, { folder: folder.folderPath, operation: 'index', request, config }, after(parts, around)));
      outcome.folders.push(folder.folderPath);
    } catch (error) {
      if (!isOfFolder(error)) throw error;
      outcome.failed_folders.push({ folder_path: folder.folderPath, code: error.code, message: error.message });
    }
  }
  return { ...sumOfRuns(parts), repair: outcome };
}

/** What is wrong with the store: a newer format is, for a repair; an older one is renewed by whoever opens it. */
export function findProblems(file: string): string[] {
  try {
    return inspectStoreFile(file).state === 'older' ? [] : checkStoreFile(file).problems;
  } catch (error) {
    if (isAgentBrainError(error) && error.code === 'INDEX_NEWER') return [error.message];
    throw error;
  }
}

/** @param options.root to be indexed when no folder is known; null: nothing is, then */
function foldersToFill(store: IndexStore, { all, root }: { all: boolean; root: string | null }): FolderRequest[] {
  const { known, complete } = store.read((view) => ({
    known: view.folderRequests(),
    complete: new Set(view.folders().flatMap((folder) => (folder.last_indexed_at === null ? [] : [folder.folder_path]))),
  }));
  if (known.length === 0 && root !== null) return [{ folderPath: root, request: null }];
  return all ? known : known.filter(({ folderPath }) => !complete.has(folderPath));
}

const isOfFolder = (error: unknown): error is AgentBrainError => isAgentBrainError(error) && error.code === 'FOLDER_INVALID';

/** Progress goes on where the folders before have ended. */
function after(parts: readonly IndexStats[], around: RepairSurroundings): RunSurroundings {
  const files = parts.reduce((sum, { added, changed, unchanged }) => sum + added + changed + unchanged, 0);
  return {
    ...around,
    onProgress: (progress) =>
      around.onProgress({ ...progress, filesDone: files + progress.filesDone, filesTotal: files + progress.filesTotal }),
  };
}
