import fs from 'node:fs/promises';
import { ensurePrivateDirectory } from '../files/index.ts';
import { ancestors } from './ancestors.ts';

/** What one operation has made, so that a failure can leave nothing half-written behind. */
export class MadeThings {
  readonly #uid: number;
  readonly #directories: string[] = [];
  readonly #files: string[] = [];

  /** @param uid owner that every directory must have; negative: not checked */
  constructor(uid: number) {
    this.#uid = uid;
  }

  /** Makes a private directory with its parents. @throws as `ensurePrivateDirectory` */
  async directory(directory: string): Promise<void> {
    for (const missing of await missingFrom(directory)) this.#directories.push(missing);
    await ensurePrivateDirectory(directory, { uid: this.#uid });
  }

  /** Makes a directory that other programs use as well, with the permissions that the user's umask gives. One that is there stays. */
  async sharedDirectory(directory: string): Promise<void> {
    if (await exists(directory)) return;
    this.#directories.push(directory);
    // What stands in the way is said by the next step, which knows the directory that is meant.
    await fs.mkdir(directory).catch(() => {});
  }

  /** Writes a file by `write`, and notes it when there was none before. */
  async file<T>(file: string, write: () => Promise<T>): Promise<T> {
    if (!(await exists(file))) this.#files.push(file);
    return await write();
  }

  /** Removes what was made. A directory in which somebody else has put something meanwhile stays. */
  async remove(): Promise<void> {
    for (const file of this.#files) await fs.rm(file, { force: true }).catch(() => {});
    const deepestFirst = this.#directories.toSorted((one, other) => other.length - one.length);
    for (const directory of deepestFirst) await fs.rmdir(directory).catch(() => {});
  }
}

async function missingFrom(directory: string): Promise<string[]> {
  const missing: string[] = [];
  for (const one of ancestors(directory)) {
    if (await exists(one)) break;
    missing.push(one);
  }
  return missing;
}

const exists = (file: string): Promise<boolean> =>
  fs.lstat(file).then(
    () => true,
    () => false,
  );
