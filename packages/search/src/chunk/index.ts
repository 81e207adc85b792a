export { CHUNKER_VERSION } from './chunker-version.ts';
export type { Chunk, ChunkInput, ChunkKind } from './chunk.ts';
export { declaredNames } from './declared-names.ts';
export { chunkText } from './chunk-text.ts';
export { chunkId, chunkIds } from './chunk-id.ts';
