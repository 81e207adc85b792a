export { cleanTemporaries } from './clean-temporaries.ts';
export { asReadError, asWriteError, systemCode } from './file-errors.ts';
export { type FileSystem, nodeFileSystem, type WritableFile } from './file-system.ts';
export { ensurePrivateDirectory, type PrivateDirectoryOptions } from './private-directory.ts';
export {
  type BoundedBytes,
  type BoundedText,
  openRegular,
  readBounded,
  readBoundedBytes,
  readBoundedBytesSync,
  readBoundedSync,
  type ReadOptions,
  readText,
} from './read-bounded.ts';
export { removeFile } from './remove-file.ts';
export { pastDirectory, setAside } from './set-aside.ts';
export { writeAtomically, type WriteOptions } from './write-atomically.ts';
