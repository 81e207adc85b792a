import { isAgentBrainError } from '@agent-brain/contract/errors';
import { readFolderList } from './folder-list.ts';
import type { StoreCheck } from './index-store.ts';
import { SqliteIndexReader } from './sqlite-reader.ts';
import { assertUsable, inspectStoreFile } from './store-file.ts';

/**
 * Checks the store of a file as a reader, beside whoever writes it: one snapshot, which nobody waits for.
 * @throws INDEX_NEWER, FILE_UNREADABLE
 */
export function checkStoreFile(file: string): StoreCheck {
  const found = inspectStoreFile(file);
  if (found.state === 'missing') {
    const folders = readFolderList(file).length;
    return { problems: folders === 0 ? [] : [`${file} is not there, and ${folders} folders were indexed`], info: null };
  }
  if (found.state === 'newer') assertUsable(file, found);
  if (found.state === 'corrupt' || found.state === 'older') return { problems: [found.reason], info: null };
  let reader: SqliteIndexReader | null = null;
  try {
    reader = SqliteIndexReader.open(file);
    return reader?.check() ?? { problems: [], info: null };
  } catch (error) {
    if (!isAgentBrainError(error) || error.code !== 'INDEX_CORRUPT') throw error;
    return { problems: [error.message], info: null };
  } finally {
    reader?.close();
  }
}
