export { ByteReader } from './byte-reader.ts';
export { ByteWriter } from './byte-writer.ts';
export { DamagedBytes } from './damaged-bytes.ts';
