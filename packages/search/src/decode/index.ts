export { type DecodedText, decodeAnyText, decodeText, type Encoding, type NotText } from './decode-text.ts';
export { isOutOfDescriptors, opening, outOfDescriptors, waitsForDescriptors } from './descriptors.ts';
export {
  type FileBytes,
  type FileCalls,
  fileCalls,
  readBytes,
  ReadBuffer,
  readHead,
  type ReadOptions,
  type SkippedFile,
} from './read-bytes.ts';
export { readSource, type SourceText } from './read-source.ts';
