import { promises } from 'node:fs';

/** An open file, as far as a write needs it. */
export interface WritableFile {
  /** Writes all of `data`, in as many system calls as that takes. */
  writeFile(data: string | Uint8Array): Promise<void>;
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** Every file system call that {@link writeAtomically} makes; a parameter so that tests can make each of them fail. */
export interface FileSystem {
  open(file: string, flags: number, mode?: number): Promise<WritableFile>;
  rename(from: string, to: string): Promise<void>;
  unlink(file: string): Promise<void>;
}

export const nodeFileSystem: FileSystem = promises;
