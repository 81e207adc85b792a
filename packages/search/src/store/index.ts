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
  SelectableFile,
  StoreBatch,
  StoreCheck,
  StoredFile,
  StoreInfo,
  TermQuery,
  TextBlock,
  TextRequirement,
  WeightedTerm,
} from './index-store.ts';
export { compressTexts, textBlockBytes } from './text-blocks.ts';
export { MemoryIndexStore } from './memory-index-store.ts';
export { SqliteIndexReader } from './sqlite-reader.ts';
export { SqliteIndexStore } from './sqlite-index-store.ts';
export { decodeOutline, encodeOutline } from './outline-codec.ts';
export { asStoreError, isCorruption, isDamage } from './store-error.ts';
export { checkStoreFile } from './check-file.ts';
export { readFolderList } from './folder-list.ts';
export type { RowRepair } from './repair-rows.ts';
export { salvageFolders } from './salvage-folders.ts';
export { fileIdentity, inspectStoreFile, removeStore, setAsideStore, storeBytes, storeFile, type StoreFileState } from './store-file.ts';
