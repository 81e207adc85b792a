import zlib from 'node:zlib';
import type { IndexedFolder, IndexRequest } from '@agent-brain/contract/jobs';
import type {
  ChunkFilter,
  ChunkIndexed,
  ChunkMatch,
  ChunkRow,
  ColumnWeights,
  FileIndexed,
  FileSkip,
  FileState,
  FolderRequest,
  IndexStore,
  IndexView,
  KnownFile,
  StoreBatch,
  StoredFile,
  StoreInfo,
  TermQuery,
} from './index-store.ts';

interface MemoryFile extends FileIndexed {
  id: number;
  folderPath: string;
  rows: number[];
}

interface MemoryState {
  generation: number;
  lastIndexedAt: string | null;
  nextRow: number;
  nextFile: number;
  folders: Map<string, { lastIndexedAt: string | null; request: IndexRequest | null }>;
  files: Map<string, MemoryFile>;
  skips: Map<string, FileSkip>;
}

const K1 = 1.2;
const B = 0.75;
/** What FTS5 gives to a term that stands in more than half of the rows. */
const SMALLEST_IDF = 1e-6;

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
    const folder = { ...(state.folders.get(batch.folderPath) ?? { lastIndexedAt: null, request: null }) };
    state.folders.set(batch.folderPath, folder);
    if (batch.request !== undefined) folder.request = batch.request;
    for (const path of batch.remove) {
      state.files.delete(path);
      state.skips.delete(path);
    }
    for (const file of batch.replace) {
      const id = state.files.get(file.path)?.id ?? state.nextFile++;
      state.files.delete(file.path);
      state.skips.delete(file.path);
      state.files.set(file.path, { ...file, id, folderPath: batch.folderPath, rows: file.chunks.map(() => state.nextRow++) });
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

  compact(): void {}

  rest(): void {}

  verify(): string[] {
    return [];
  }

  close(): void {}
}

const textBytes = (state: MemoryState): number => [...state.files.values()].reduce((sum, file) => sum + file.text.byteLength, 0);

class MemoryView implements IndexView {
  readonly #state: MemoryState;

  constructor(state: MemoryState) {
    this.#state = state;
  }

  info(): StoreInfo {
    const files = [...this.#state.files.values()];
    return {
      generation: this.#state.generation,
      documents: files.length,
      chunks: files.reduce((sum, file) => sum + file.chunks.length, 0),
      bytes: textBytes(this.#state),
      lastIndexedAt: this.#state.lastIndexedAt,
      recipes: [...new Set(files.map((file) => file.recipe))],
    };
  }

  folders(): IndexedFolder[] {
    const paths = [...this.#state.folders.keys()].sort();
    return paths.map((folderPath) => {
      const files = [...this.#state.files.values()].filter((file) => file.folderPath === folderPath);
      return {
        folder_path: folderPath,
        documents: files.length,
        chunks: files.reduce((sum, file) => sum + file.chunks.length, 0),
        last_indexed_at: this.#state.folders.get(folderPath)?.lastIndexedAt ?? null,
      };
    });
  }

  folderRequests(): FolderRequest[] {
    const all = [...this.#state.folders].map(([folderPath, { request }]) => ({ folderPath, request }));
    return all.sort((left, right) => (left.folderPath < right.folderPath ? -1 : 1));
  }

  match({ terms, weights, columns = ['body', 'path', 'symbol'], filter, limit }: TermQuery): ChunkMatch[] {
    const all = this.#documents();
    const averageLength = all.reduce((sum, document) => sum + document.length, 0) / all.length;
    const scores = new Map<Document, number>();
    for (const term of terms) {
      const found = all.flatMap((document) => {
        const frequency = weightedFrequency(document, term, weights, columns);
        return frequency === null ? [] : [{ document, frequency }];
      });
      const rarity = Math.log((all.length - found.length + 0.5) / (found.length + 0.5));
      const idf = rarity <= 0 ? SMALLEST_IDF : rarity;
      for (const { document, frequency } of found) {
        const part = (frequency * (K1 + 1)) / (frequency + K1 * (1 - B + (B * document.length) / averageLength));
        scores.set(document, (scores.get(document) ?? 0) + idf * part);
      }
    }
    return [...scores]
      .filter(([document]) => passes(document.file, filter))
      .map(([document, score]) => ({ ...toRow(document.file, document.chunk, document.row), score }))
      .sort((left, right) => right.score - left.score || left.row - right.row)
      .slice(0, limit);
  }

  chunk(chunkId: string): ChunkRow | undefined {
    const document = this.#documents().find(({ chunk }) => chunk.chunkId === chunkId);
    return document === undefined ? undefined : toRow(document.file, document.chunk, document.row);
  }

  chunkAt(file: number, ordinal: number): ChunkRow | undefined {
    const document = this.#documents().find((candidate) => candidate.file.id === file && candidate.chunk.ordinal === ordinal);
    return document === undefined ? undefined : toRow(document.file, document.chunk, document.row);
  }

  text(file: number): string {
    const found = [...this.#state.files.values()].find(({ id }) => id === file);
    return found === undefined ? '' : zlib.zstdDecompressSync(found.text).toString('utf8');
  }

  #documents(): Document[] {
    return [...this.#state.files.values()].flatMap((file) =>
      file.chunks.map((chunk, index) => {
        const columns = { body: words(chunk.bodyTokens), path: words(file.pathTokens), symbol: words(chunk.symbolTokens) };
        const length = columns.body.length + columns.path.length + columns.symbol.length;
        return { file, chunk, row: file.rows[index] ?? 0, columns, length };
      }),
    );
  }
}

interface Document {
  file: MemoryFile;
  chunk: ChunkIndexed;
  row: number;
  columns: Record<keyof ColumnWeights, string[]>;
  /** Tokens of all columns. */
  length: number;
}

const words = (tokens: string): string[] => tokens.split(' ').filter((token) => token !== '');

function weightedFrequency(
  document: Document,
  term: string,
  weights: ColumnWeights,
  columns: readonly (keyof ColumnWeights)[],
): number | null {
  let found = false;
  let frequency = 0;
  for (const column of columns) {
    for (const word of document.columns[column]) {
      if (word !== term) continue;
      found = true;
      frequency += weights[column];
    }
  }
  return found ? frequency : null;
}

const passes = (file: MemoryFile, filter: ChunkFilter | undefined): boolean =>
  (filter?.path?.(file.path) ?? true) &&
  (filter?.languages?.includes(file.language) ?? true) &&
  (filter?.sourceTypes?.includes(file.sourceType) ?? true);

function toRow(file: MemoryFile, chunk: ChunkIndexed, row: number): ChunkRow {
  const { chunkId, ordinal, startOffset, endOffset, startLine, endLine, symbol, kind, definitions } = chunk;
  const { id, path, language, sourceType } = file;
  return {
    row,
    file: id,
    path,
    language,
    sourceType,
    chunkId,
    ordinal,
    startOffset,
    endOffset,
    startLine,
    endLine,
    symbol,
    kind,
    definitions,
  };
}
