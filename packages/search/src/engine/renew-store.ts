import { AgentBrainError } from '@agent-brain/contract/errors';
import {
  asStoreError,
  type FolderRequest,
  type IndexStore,
  inspectStoreFile,
  isCorruption,
  readFolderList,
  removeStore,
  salvageFolders,
  setAsideStore,
  SqliteIndexStore,
} from '../store/index.ts';
import type { EngineLog } from './engine.ts';

export interface Renewal {
  file: string;
  /** 0 means no limit. */
  maxBytes: number;
  log: EngineLog;
  /** The store lacks what it had, all of it or a part: all its folders are to be compared. */
  onReplaced(store: IndexStore): void;
}

/**
 * The store, opened for writing. A damaged one is repaired in its place where that is possible; else, where the caller is
 * about to fill it, it is set aside first. One that is lost, and one of an older format, is replaced by an empty one that
 * knows the same folders.
 * @throws INDEX_NEWER, DISK_FULL; INDEX_CORRUPT when it may not be renewed
 */
export function openForWriting(options: Renewal & { isSuspect: boolean; mayRenew: boolean }): IndexStore {
  const { state } = inspectStoreFile(options.file);
  if (state === 'older') return replaceOlder(options);
  try {
    if (state === 'missing' && isLost(options.file)) throw lostStore(options.file);
    return openChecked(options);
  } catch (error) {
    if (!isCorruption(error) || !options.mayRenew) throw error;
    options.log('warn', 'the index is damaged', { file: options.file, reason: (error as Error).message });
    return setAsideAndRenew(options).store;
  }
}

/** A file that is not there, or is empty, although folders were indexed into it. */
export const isLost = (file: string): boolean => inspectStoreFile(file).state === 'missing' && readFolderList(file).length > 0;

const lostStore = (file: string): AgentBrainError =>
  new AgentBrainError('INDEX_CORRUPT', `The index ${file} is gone or empty, although ${readFolderList(file).length} folders were indexed`);

function openChecked({ file, maxBytes, log, onReplaced, isSuspect }: Renewal & { isSuspect: boolean }): IndexStore {
  const store = SqliteIndexStore.open(file, { maxBytes });
  try {
    const problems = isSuspect ? store.verify() : [store.imbalance() ?? []].flat();
    if (problems.length === 0) return store;
    const repaired = store.repairRows();
    if (repaired !== null) {
      log('warn', 'the index was damaged; what was not whole is taken out and indexed again', { file, problems, ...repaired });
      onReplaced(store);
      return store;
    }
    throw new AgentBrainError('INDEX_CORRUPT', `The index ${file} is damaged — ${problems.join('; ')}`, { data: { problems } });
  } catch (error) {
    store.close();
    throw asStoreError(error, file);
  }
}

/** A new, empty store that still knows which folders the old one had, as far as that can be read. */
export function setAsideAndRenew(options: Renewal): { store: IndexStore; aside: string | null } {
  const folders = salvageFolders(options.file);
  const aside = inspectStoreFile(options.file).state === 'missing' ? null : setAsideStore(options.file, new Date());
  options.log('warn', 'the damaged index was set aside; its folders are to be indexed again', { aside, folders: namesOf(folders) });
  return { store: openEmpty(options, folders), aside };
}

function replaceOlder(options: Renewal): IndexStore {
  const folders = salvageFolders(options.file);
  removeStore(options.file);
  options.log('info', 'the index was of an older format; its folders are to be indexed again', { folders: namesOf(folders) });
  return openEmpty(options, folders);
}

function openEmpty({ file, maxBytes, onReplaced }: Renewal, folders: readonly FolderRequest[]): IndexStore {
  const store = SqliteIndexStore.open(file, { maxBytes });
  for (const { folderPath, request } of folders) store.addFolder(folderPath, request);
  onReplaced(store);
  return store;
}

const namesOf = (folders: readonly FolderRequest[]): string[] => folders.map(({ folderPath }) => folderPath);
