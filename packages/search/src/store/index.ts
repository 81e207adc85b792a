export type {
  ChunkFilter,
  ChunkIndexed,
  ChunkMatch,
  ChunkRow,
  ColumnWeights,
  FileIndexed,
  FileSkip,
  FileState,
  FileTouch,
  FolderRequest,
  IndexReader,
  IndexStore,
  IndexView,
  KnownFile,
  StoreBatch,
  StoredFile,
  StoreInfo,
  TermQuery,
} from './index-store.ts';
export { MemoryIndexStore } from './memory-index-store.ts';
export { SqliteIndexReader } from './sqlite-reader.ts';
export { SqliteIndexStore } from './sqlite-index-store.ts';
export { asStoreError, isCorruption } from './store-error.ts';
export { fileIdentity, inspectStoreFile, setAsideStore, storeBytes, storeFile, type StoreFileState } from './store-file.ts';
