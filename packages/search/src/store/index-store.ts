import type { IndexedFolder, IndexRequest, SkipReason } from '@agent-brain/contract/jobs';
import type { SourceType } from '@agent-brain/contract/query';

/** One chunk as the store keeps it. Offsets are UTF-16 units of the file's text (overlap included); lines are 1-based and inclusive. */
export interface ChunkIndexed {
  /** Stable name of the chunk, hex: a hash of path, content and ordinal. */
  chunkId: string;
  /** Position in the file, from 0. */
  ordinal: number;
  startOffset: number;
  endOffset: number;
  startLine: number;
  endLine: number;
  /** Enclosing symbol or heading path; empty when there is none. */
  symbol: string;
  kind: string;
  /** Names the chunk defines. */
  definitions: readonly string[];
}

/** Texts of some files one after the other, in UTF-8, as one zstd frame: together they take half of what each would alone. */
export interface TextBlock {
  zstd: Uint8Array;
  /** Bytes, uncompressed. */
  length: number;
}

/** One value: everything the store needs for one file. */
export interface FileIndexed {
  /** Relative to the project root with `/`; absolute for a file outside it. */
  path: string;
  /** SHA-256 of the file's bytes, hex. */
  hash: string;
  sizeBytes: number;
  mtimeMs: number;
  ctimeMs: number;
  ino: number;
  /** Wall clock just before the file was read: a later change within the same clock tick cannot be told from mtime. */
  readAtMs: number;
  language: string;
  sourceType: SourceType;
  /** What the rows depend on beside the content (tokenizer, chunker, chunk size); another recipe means: do it again. */
  recipe: string;
  /** Where the text stands: bytes of the uncompressed block. */
  text: { block: TextBlock; offset: number; length: number };
  chunkCount: number;
  /** The chunks in their order, by `encodeOutline`. */
  outline: Uint8Array;
  /** Terms of body, path and symbols with the chunks they stand in, by `FilePostingsBuilder`. */
  postings: Uint8Array;
}

/** What is known of an indexed file without its rows; enough to tell by a stat whether it has changed. */
export interface FileState {
  id: number;
  folderPath: string;
  hash: string;
  sizeBytes: number;
  mtimeMs: number;
  ctimeMs: number;
  ino: number;
  readAtMs: number;
  recipe: string;
}

/** The same content under new stat values, or under another folder. */
export type FileTouch = Pick<FileIndexed, 'path' | 'sizeBytes' | 'mtimeMs' | 'ctimeMs' | 'ino' | 'readAtMs'>;

/** A file that was read and is not for the index; remembered, so that it is read again only when it has changed. */
export interface FileSkip extends FileTouch {
  reason: SkipReason;
  /** As in {@link FileIndexed}. */
  recipe: string;
}

/** One transaction: all of it or nothing, and the generation rises by one. */
export interface StoreBatch {
  /** Owner of `replace` and `touch`; absolute. */
  folderPath: string;
  /** Of a path that is there several times the last version counts. */
  replace: readonly FileIndexed[];
  touch: readonly FileTouch[];
  /** A skip says nothing about rows the file may have; those go by `remove`. */
  skip: readonly FileSkip[];
  /** Paths whose rows and skips go; unknown ones are passed over. Carried out first. */
  remove: readonly string[];
  /** Set on the last batch of a run: the folder counts as indexed since then (ISO 8601). */
  completedAt?: string;
  /** Set on the last batch of a run: with what request the folder was indexed. */
  request?: IndexRequest;
  /** Set on the last batch of a run: what it has skipped. */
  skipped?: SkipSummary;
}

/** Files that a run has skipped, for whatever reason; directories end with `/`. */
export interface SkipSummary {
  counts: Readonly<Partial<Record<SkipReason, number>>>;
  /** Not all of them. */
  examples: readonly { readonly path: string; readonly reason: SkipReason }[];
}

export interface StoreInfo extends AnswerState {
  chunks: number;
  /** On disk, with the write-ahead log. */
  bytes: number;
  lastIndexedAt: string | null;
  /** Files that the last whole run over each folder has skipped, all together by reason. */
  skipped: SkipSummary['counts'];
}

/** What every answer has to know of the generation it comes from. */
export interface AnswerState {
  generation: number;
  documents: number;
  /** Recipes of the rows that answer; more than one while a new tokenizer or chunker goes through the files. */
  recipes: readonly string[];
}

/** What a full check found. */
export interface StoreCheck {
  /** Empty when the store is sound, and when there is none. */
  problems: string[];
  /** null where nothing could be read, or is there. */
  info: StoreInfo | null;
}

/** Every member narrows; absent ones let everything through. Applied before ranking, so that `limit` counts what passed. */
export interface ChunkFilter {
  path?: (path: string) => boolean;
  languages?: readonly string[];
  sourceTypes?: readonly SourceType[];
}

export interface ColumnWeights {
  body: number;
  path: number;
  symbol: number;
}

/** Something the text of a chunk must hold. */
export interface TextRequirement {
  /** Tokens that a chunk has in any case that holds it; at least one. */
  terms: readonly string[];
  /** Decides by the text of the chunk. */
  holds(text: string): boolean;
}

export interface WeightedTerm {
  term: string;
  /** Factor of its share of the score; > 0. */
  weight: number;
}

export interface TermQuery {
  /** Tokens as the index's tokenizer makes them, alone with weight 1; a chunk matches with any of them. */
  terms: readonly (string | WeightedTerm)[];
  weights: ColumnWeights;
  /** Beginnings of tokens: the most frequent ones that begin so are terms as well. */
  prefixes?: readonly string[];
  /** What a match must have beside any of the terms. */
  requires?: readonly TextRequirement[];
  /** Constants of BM25: how soon further occurrences stop to count, and how much length does; default 1.2 and 0.75. */
  constants?: { k1: number; b: number };
  /** Only these columns are searched; default all. */
  columns?: readonly (keyof ColumnWeights)[];
  /** Names of code: a match says which of them it defines. They choose nothing. */
  names?: readonly string[];
  filter?: ChunkFilter;
  limit: number;
}

/** A chunk with its file, as presenting needs it. */
export interface ChunkRow {
  /** Row number, rising with the place in the file: valid inside one snapshot only. */
  row: number;
  file: number;
  chunkId: string;
  path: string;
  language: string;
  sourceType: SourceType;
  ordinal: number;
  startOffset: number;
  endOffset: number;
  startLine: number;
  endLine: number;
  symbol: string;
  kind: string;
  definitions: readonly string[];
}

/**
 * A chunk that matches, as ranking needs it: of some hundreds ten are shown, and what those need beside it is asked for
 * then ({@link IndexView.chunkOf}).
 */
export interface ChunkMatch extends Pick<ChunkRow, 'row' | 'file' | 'path' | 'language' | 'sourceType'> {
  /** Those of {@link TermQuery.names} that the chunk defines, whatever their case, as it writes them. */
  definitions: readonly string[];
  /** BM25 over the weighted columns, larger is better, > 0. */
  score: number;
}

/** A folder with the request of its last run that came to its end, or of the first that began. */
export interface FolderRequest {
  folderPath: string;
  /** null where none is known, or what is stored is none. */
  request: IndexRequest | null;
}

/** What filters of an indexing run look at. */
export type SelectableFile = Pick<FileIndexed, 'path' | 'language' | 'sourceType'>;

export interface TermFrequencies {
  /** All chunks of the index. */
  chunks: number;
  /** Chunks with the term, by the position of the term. */
  matches: number[];
}

/** One generation, unchanged for as long as the view lives. */
export interface IndexView {
  info(): StoreInfo;
  /** The part of {@link info} that costs next to nothing. */
  state(): AnswerState;
  folders(): IndexedFolder[];
  /** Of each folder that was indexed as a whole. */
  skipSummaries(): readonly SkipSummary[];
  /** By path. */
  folderRequests(): FolderRequest[];
  /** Files whose paths begin with `prefix`, which is empty or ends with `/`. */
  filesBeneath(prefix: string): SelectableFile[];
  /** How many chunks have each term, in any column. */
  termFrequencies(terms: readonly string[]): TermFrequencies;
  /** Best first; equal scores by path, then by the place in the file, also where the limit cuts. */
  match(query: TermQuery): ChunkMatch[];
  chunk(chunkId: string): ChunkRow | undefined;
  /** What a match of this view stands for. @throws INDEX_CORRUPT when there is no such chunk */
  chunkOf(match: Pick<ChunkMatch, 'file' | 'row'>): ChunkRow;
  /** Chunk of a file by its ordinal. */
  chunkAt(file: number, ordinal: number): ChunkRow | undefined;
  /** What was found damaged since the view began, and left out of its matches. */
  damage(): readonly string[];
  /** Text of a file as it was indexed; of a part of it where one is named, in UTF-16 units. */
  text(file: number, start?: number, end?: number): string;
}

export interface IndexReader {
  /** Runs `use` over one snapshot; what is committed meanwhile is not seen. */
  read<Result>(use: (view: IndexView) => Result): Result;
  close(): void;
}

/** A file the store holds, for finding what has vanished. */
export interface StoredFile {
  id: number;
  path: string;
  folderPath: string;
}

/** {@link FileState} with its path, for looking at many. */
export interface KnownFile extends FileState {
  path: string;
}

/** The one writer. @throws DISK_FULL, INDEX_CORRUPT */
export interface IndexStore extends IndexReader {
  fileState(path: string): FileState | undefined;
  files(): Iterable<StoredFile>;
  /** Files whose paths begin with `prefix`, which is empty or ends with `/`; read at once, so that it may be written meanwhile. */
  filesBeneath(prefix: string): KnownFile[];
  fileSkip(path: string): FileSkip | undefined;
  /** As {@link filesBeneath}. */
  skipsBeneath(prefix: string): FileSkip[];
  /** Makes the folder known, with no files yet. A request that is known already stays. */
  addFolder(folderPath: string, request?: IndexRequest | null): void;
  removeFolder(folderPath: string): void;
  /** @returns the new generation */
  commit(batch: StoreBatch): number;
  /** Everything goes but the generation, which rises by one. */
  clear(): void;
  /** Bytes on disk; cheap enough to ask after every commit. */
  sizeBytes(): number;
  /**
   * One short step of what makes the store small and fast again: merging segments, packing texts, giving back pages, in
   * the end the write-ahead log. Nothing visible changes, and what a crash leaves of it goes with the next opening.
   * @returns whether there may be more to do
   */
  maintain(): boolean;
  /** Gives memory and the write-ahead log back, for a time without work. */
  rest(): void;
  /** Problems found by a full check; empty when all is well. */
  verify(): string[];
}
