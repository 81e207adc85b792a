import { decodeText, type DecodedText } from './decode-text.ts';
import { type FileBytes, readBytes, type ReadOptions, type SkippedFile } from './read-bytes.ts';

export type SourceText = DecodedText & Omit<FileBytes, 'bytes'>;

/** Text of a file, or why it has none. Synchronous: for worker threads. */
export function readSource(path: string, options: ReadOptions): SourceText | SkippedFile {
  const file = readBytes(path, options);
  if ('skip' in file) return file;
  const decoded = decodeText(file.bytes);
  if ('skip' in decoded) return decoded;
  return { ...decoded, hash: file.hash, sizeBytes: file.sizeBytes, mtimeMs: file.mtimeMs, ctimeMs: file.ctimeMs };
}
