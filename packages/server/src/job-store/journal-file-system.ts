import { promises } from 'node:fs';
import { type FileSystem, readBoundedBytes, type WritableFile } from '@agent-brain/runtime/files';

/** The open journal, as far as appending to it needs it. */
export interface JournalFile extends WritableFile {
  truncate(sizeBytes: number): Promise<void>;
  /** `nlink` is 0 when the file was removed or replaced while it was open. */
  stat(): Promise<{ readonly size: number; readonly nlink: number; isFile(): boolean }>;
}

/** Every file system call of the journal; a parameter so that tests can make each of them fail. */
export interface JournalFileSystem extends FileSystem {
  open(file: string, flags: number, mode?: number): Promise<JournalFile>;
  readBytes: typeof readBoundedBytes;
}

export const nodeJournalFileSystem: JournalFileSystem = {
  open: promises.open,
  rename: promises.rename,
  unlink: promises.unlink,
  readBytes: readBoundedBytes,
};
