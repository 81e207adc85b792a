import fs from 'node:fs';
import path from 'node:path';
import { indexRequestSchema } from '@agent-brain/contract/jobs';
import { readBoundedSync } from '@agent-brain/runtime/files';
import type { FolderRequest } from './index-store.ts';

const MOST_BYTES = 16 * 1024 * 1024;

const listFile = (storeFile: string): string => path.join(path.dirname(storeFile), 'folders.json');

/**
 * A copy of the store's table of folders beside it, for the day when the store cannot be read: what was indexed, and
 * how. Nobody reads it while the store is sound.
 */
export class FolderList {
  readonly #file: string;
  #text: string | undefined;

  constructor(storeFile: string) {
    this.#file = listFile(storeFile);
  }

  /** Written anew when it differs. A disk that refuses is nobody's error: the table is what counts. */
  save(folders: readonly FolderRequest[]): void {
    const text = `${JSON.stringify({ schema_version: 1, folders: folders.map(({ folderPath, request }) => ({ folder_path: folderPath, request })) })}\n`;
    if (text === this.#text) return;
    const temporary = `${this.#file}.new`;
    try {
      fs.writeFileSync(temporary, text, { mode: 0o600, flush: true });
      fs.renameSync(temporary, this.#file);
      this.#text = text;
    } catch {
      fs.rmSync(temporary, { force: true });
    }
  }
}

/** The folders of the list; none where there is no list, or nothing that is one. */
export function readFolderList(storeFile: string): FolderRequest[] {
  try {
    const file = listFile(storeFile);
    const read = readBoundedSync(file, { maxBytes: MOST_BYTES });
    if (read.state !== 'ok') return [];
    const { folders } = JSON.parse(read.text) as { folders: { folder_path: unknown; request: unknown }[] };
    return folders.flatMap(({ folder_path: folderPath, request }) =>
      typeof folderPath === 'string' && path.isAbsolute(folderPath)
        ? [{ folderPath, request: indexRequestSchema.safeParse(request).data ?? null }]
        : [],
    );
  } catch {
    return [];
  }
}
