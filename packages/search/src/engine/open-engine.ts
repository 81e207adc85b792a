import { isAgentBrainError } from '@agent-brain/contract/errors';
import { inspectStoreFile, salvageFolders, SqliteIndexReader, storeFile } from '../store/index.ts';
import type { Engine, EngineOptions, EngineStatus } from './engine.ts';
import { type OpeningState, ProjectEngine } from './project-engine.ts';
import { isLost } from './renew-store.ts';

/**
 * Opens the index of a project, which need not exist yet. Never fails for what the store is like: a
 * damaged one shows as `corrupt`, one of a newer version refuses every question with INDEX_NEWER.
 * Costs the calling thread a few milliseconds; threads start afterwards.
 */
export async function openEngine(options: EngineOptions): Promise<Engine> {
  const engine = new ProjectEngine(options, lookAt(storeFile(options.dataDir)));
  setImmediate(() => engine.warmUp());
  return engine;
}

/** What an index says of itself while nobody has it open. Starts no thread; costs as {@link openEngine}. */
export const indexStatus = (options: Pick<EngineOptions, 'projectRoot' | 'dataDir'>): EngineStatus =>
  new ProjectEngine(options, lookAt(storeFile(options.dataDir))).status();

/** The counters are six small rows; a connection for one read is cheaper than waiting for a thread to start. */
function lookAt(file: string): OpeningState {
  try {
    const reader = SqliteIndexReader.open(file);
    try {
      const { state } = inspectStoreFile(file);
      // One that knew no folder has nothing to be made anew.
      const isOutdated = state === 'older' && salvageFolders(file).length > 0;
      const info = reader?.read((view) => view.info()) ?? null;
      return { info, isCorrupt: isLost(file) || (reader?.imbalance() ?? null) !== null, isOutdated };
    } finally {
      reader?.close();
    }
  } catch (error) {
    return { info: null, isCorrupt: isAgentBrainError(error) && error.code === 'INDEX_CORRUPT', isOutdated: false };
  }
}
