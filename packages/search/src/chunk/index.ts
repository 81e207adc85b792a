export { CHUNKER_VERSION } from './chunker-version.ts';
export type { Chunk, ChunkInput, ChunkKind } from './chunk.ts';
export { chunkText } from './chunk-text.ts';
export { chunkId, chunkIds } from './chunk-id.ts';
