import { DatabaseSync } from 'node:sqlite';
import { indexRequestSchema } from '@agent-brain/contract/jobs';
import type { FolderRequest } from './index-store.ts';

/**
 * The folders that a store of any format and in any state still names, as far as they can be read: they are what it was
 * made of. Never throws. A file that is shorter than its header says is read as well (`writable_schema` lets SQLite do so).
 */
export function salvageFolders(file: string): FolderRequest[] {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(file, { readOnly: true });
    // Newer versions of Node.js defend the schema unless told otherwise; older ones have no such method.
    (database as DatabaseSync & { enableDefensive?(active: boolean): void }).enableDefensive?.(false);
    database.exec('PRAGMA writable_schema = ON');
    const rows = database.prepare('SELECT * FROM folders').all();
    return rows
      .map((row) => ({ folderPath: row['path'], request: parse(row['request']) }))
      .filter((folder): folder is FolderRequest => typeof folder.folderPath === 'string' && folder.folderPath.startsWith('/'));
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
