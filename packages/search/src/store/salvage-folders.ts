import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { indexRequestSchema } from '@agent-brain/contract/jobs';
import { readFolderList } from './folder-list.ts';
import type { FolderRequest } from './index-store.ts';
import { isRegularStore } from './store-file.ts';

/**
 * The folders that a store of any format and in any state was made of: those of the list beside it, and those its table
 * still names. Never throws.
 */
export function salvageFolders(file: string): FolderRequest[] {
  const folders = readFolderList(file);
  const listed = new Set(folders.map(({ folderPath }) => folderPath));
  return [...folders, ...readTable(file).filter(({ folderPath }) => !listed.has(folderPath))];
}

/** A file that is shorter than its header says is read as well (`writable_schema` lets SQLite do so). */
function readTable(file: string): FolderRequest[] {
  let database: DatabaseSync | undefined;
  try {
    if (!isRegularStore(file)) return [];
    database = new DatabaseSync(file, { readOnly: true });
    // Newer versions of Node.js defend the schema unless told otherwise; older ones have no such method.
    (database as DatabaseSync & { enableDefensive?(active: boolean): void }).enableDefensive?.(false);
    database.exec('PRAGMA writable_schema = ON');
    return database
      .prepare('SELECT * FROM folders')
      .all()
      .map((row) => ({ folderPath: row['path'], request: parse(row['request']) }))
      .filter((folder): folder is FolderRequest => typeof folder.folderPath === 'string' && path.isAbsolute(folder.folderPath));
  } catch {
    return [];
  } finally {
    database?.close();
  }
}

function parse(stored: unknown): FolderRequest['request'] {
  try {
    return indexRequestSchema.safeParse(JSON.parse(String(stored))).data ?? null;
  } catch {
    return null;
  }
}
