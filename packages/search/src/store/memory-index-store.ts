import type { IndexRequest } from '@agent-brain/contract/jobs';
import type { FileSkip, FileState, IndexStore, IndexView, KnownFile, StoreBatch, StoredFile } from './index-store.ts';
import { checkMemoryState } from './check-memory.ts';
import { type MemoryFolder, type MemoryState, memoryFile, MemoryView, textBytes } from './memory-view.ts';

/**
 * The store as plain maps, with BM25 written out: the reference the other stores are held against, and
 * a store for tests of what stands above it.
 */
export class MemoryIndexStore implements IndexStore {
  #state: MemoryState = {
    generation: 0,
    lastIndexedAt: null,
    nextRow: 1,
    nextFile: 1,
    folders: new Map(),
    files: new Map(),
    skips: new Map(),
  };

  read<Result>(use: (view: IndexView) => Result): Result {
    return use(new MemoryView(this.#state));
  }

  fileState(path: string): FileState | undefined {
    const file = this.#state.files.get(path);
    if (file === undefined) return undefined;
    const { id, folderPath, hash, sizeBytes, mtimeMs, ctimeMs, ino, readAtMs, recipe } = file;
    return { id, folderPath, hash, sizeBytes, mtimeMs, ctimeMs, ino, readAtMs, recipe };
  }

  *files(): Generator<StoredFile> {
    for (const { id, path, folderPath } of this.#state.files.values()) yield { id, path, folderPath };
  }

  filesBeneath(prefix: string): KnownFile[] {
    const paths = [...this.#state.files.keys()].filter((path) => path.startsWith(prefix));
    return paths.map((path) => ({ ...(this.fileState(path) as FileState), path }));
  }

  skipsBeneath(prefix: string): FileSkip[] {
    return [...this.#state.skips.values()].filter(({ path }) => path.startsWith(prefix));
  }

  fileSkip(path: string): FileSkip | undefined {
    return this.#state.skips.get(path);
  }

  addFolder(folderPath: string, request: IndexRequest | null = null): void {
    const known = this.#state.folders.get(folderPath);
    this.#state.folders.set(folderPath, { lastIndexedAt: known?.lastIndexedAt ?? null, request: known?.request ?? request });
  }

  removeFolder(folderPath: string): void {
    this.#state.folders.delete(folderPath);
  }

  commit(batch: StoreBatch): number {
    const { folders, files, skips } = this.#state;
    const state: MemoryState = { ...this.#state, folders: new Map(folders), files: new Map(files), skips: new Map(skips) };
    const folder: MemoryFolder = { ...(state.folders.get(batch.folderPath) ?? { lastIndexedAt: null, request: null }) };
    state.folders.set(batch.folderPath, folder);
    if (batch.request !== undefined) folder.request = batch.request;
    if (batch.skipped !== undefined) folder.skipped = batch.skipped;
    for (const path of batch.remove) {
      state.files.delete(path);
      state.skips.delete(path);
    }
    for (const file of batch.replace) {
      state.files.delete(file.path);
      state.skips.delete(file.path);
      state.files.set(file.path, memoryFile(file, { id: state.nextFile++, folderPath: batch.folderPath, firstRow: state.nextRow }));
      state.nextRow += file.chunkCount;
    }
    for (const touch of batch.touch) {
      const file = state.files.get(touch.path);
      if (file !== undefined) state.files.set(touch.path, { ...file, ...touch, folderPath: batch.folderPath });
    }
    for (const skip of batch.skip) state.skips.set(skip.path, skip);
    if (batch.completedAt !== undefined) {
      state.lastIndexedAt = batch.completedAt;
      folder.lastIndexedAt = batch.completedAt;
    }
    state.generation += 1;
    this.#state = state;
    return state.generation;
  }

  clear(): void {
    const { generation, nextRow, nextFile } = this.#state;
    this.#state = {
      generation: generation + 1,
      lastIndexedAt: null,
      nextRow,
      nextFile,
      folders: new Map(),
      files: new Map(),
      skips: new Map(),
    };
  }

  sizeBytes(): number {
    return textBytes(this.#state);
  }

  maintain(): boolean {
    return false;
  }

  rest(): void {}

  verify(): string[] {
    return checkMemoryState(this.#state);
  }

  close(): void {}
}
