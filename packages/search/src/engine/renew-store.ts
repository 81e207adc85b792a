import { AgentBrainError } from '@agent-brain/contract/errors';
import { type FolderRequest, type IndexStore, isCorruption, setAsideStore, SqliteIndexReader, SqliteIndexStore } from '../store/index.ts';
import type { EngineLog } from './engine.ts';

export interface Renewal {
  file: string;
  /** 0 means no limit. */
  maxBytes: number;
  log: EngineLog;
  onReplaced(store: IndexStore): void;
}

/**
 * The store, opened for writing; a damaged one is set aside first where the caller is about to fill it.
 * @throws INDEX_NEWER, DISK_FULL; INDEX_CORRUPT when it may not be renewed
 */
export function openForWriting(options: Renewal & { isSuspect: boolean; mayRenew: boolean }): IndexStore {
  try {
    return openChecked(options);
  } catch (error) {
    if (!isCorruption(error) || !options.mayRenew) throw error;
    options.log('warn', 'the index is damaged', { file: options.file, reason: (error as Error).message });
    return setAsideAndRenew(options);
  }
}

function openChecked({ file, maxBytes, isSuspect }: Renewal & { isSuspect: boolean }): IndexStore {
  const store = SqliteIndexStore.open(file, { maxBytes });
  const problems = isSuspect ? store.verify() : [];
  if (problems.length === 0) return store;
  store.close();
  throw new AgentBrainError('INDEX_CORRUPT', `The index ${file} is damaged — ${problems.join('; ')}`, { data: { problems } });
}

/** A new, empty store that still knows which folders the old one had, as far as that can be read. */
export function setAsideAndRenew({ file, maxBytes, log, onReplaced }: Renewal): IndexStore {
  const folders = readFolders(file);
  const aside = setAsideStore(file, new Date());
  log('warn', 'the damaged index was set aside; its folders are to be indexed again', {
    aside,
    folders: folders.map(({ folderPath }) => folderPath),
  });
  const store = SqliteIndexStore.open(file, { maxBytes });
  for (const { folderPath, request } of folders) store.addFolder(folderPath, request);
  onReplaced(store);
  return store;
}

function readFolders(file: string): FolderRequest[] {
  try {
    const reader = SqliteIndexReader.open(file);
    try {
      return reader?.read((view) => view.folderRequests()) ?? [];
    } finally {
      reader?.close();
    }
  } catch {
    return [];
  }
}
