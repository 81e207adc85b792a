import zlib from 'node:zlib';
import type { SourceType } from '@agent-brain/contract/query';
import { PRODUCT_VERSION } from '@agent-brain/contract/version';
import { type Chunk, CHUNKER_VERSION, chunkIds, chunkText } from '../chunk/index.ts';
import type { ChunkIndexed, FileIndexed } from '../store/index.ts';
import { TOKENIZER_ID, tokenizeInto } from '../tokenize/index.ts';

export interface ChunkSettings {
  /** Characters. */
  chunkSize: number;
  /** Characters. */
  chunkOverlap: number;
}

/** Read and decoded, not yet cut. */
export interface FileSource
  extends Pick<FileIndexed, 'path' | 'hash' | 'sizeBytes' | 'mtimeMs' | 'ctimeMs' | 'ino' | 'readAtMs' | 'language'> {
  sourceType: SourceType;
  text: string;
  /** Language whose rules cut the text, where that is not `language` (what was extracted from PDF is Markdown). */
  chunkAs?: string;
}

/**
 * Everything but the content that the rows of a file depend on; stands beside them in the store. Begins
 * with the tokenizer's id, by which a query knows rows that it may not find.
 */
export const recipeOf = ({ chunkSize, chunkOverlap }: ChunkSettings): string =>
  `${TOKENIZER_ID} ${CHUNKER_VERSION} ${chunkSize}/${chunkOverlap}`;

/** Whether rows of the recipe were made by this version's tokenizer and chunker, in chunks of any size. */
export const isCurrentRecipe = (recipe: string): boolean => recipe.startsWith(`${TOKENIZER_ID} ${CHUNKER_VERSION} `);

/** Whether a file can be read changes with any version of the program. */
export const skipRecipeOf = (settings: ChunkSettings): string => `${PRODUCT_VERSION} ${recipeOf(settings)}`;

/** Cuts, names and tokenises one file: the pure part of its way into the index. */
export function indexFile({ text, chunkAs, ...file }: FileSource, settings: ChunkSettings): FileIndexed {
  const cut = chunkText({ path: file.path, text, language: chunkAs ?? file.language, sourceType: file.sourceType, ...settings });
  const ids = chunkIds(
    file.path,
    cut.map((chunk) => text.slice(chunk.startOffset, chunk.endOffset)),
  );
  return {
    ...file,
    recipe: recipeOf(settings),
    // A copy of its own: what zlib gives may be part of a pool, which cannot be handed to another thread.
    text: new Uint8Array(zlib.zstdCompressSync(text)),
    pathTokens: joinTokens(file.path),
    chunks: cut.map((chunk, index) => indexChunk(chunk, ids[index] as string)),
  };
}

function indexChunk(chunk: Chunk, chunkId: string): ChunkIndexed {
  const symbol = chunk.symbol ?? '';
  return {
    chunkId,
    ordinal: chunk.ordinal,
    startOffset: chunk.endOffset - chunk.text.length,
    endOffset: chunk.endOffset,
    startLine: chunk.startLine,
    endLine: chunk.endLine,
    symbol,
    kind: chunk.kind,
    definitions: chunk.definitions,
    bodyTokens: joinTokens(chunk.text),
    symbolTokens: joinTokens([symbol, ...chunk.definitions].join(' ')),
  };
}

function joinTokens(text: string): string {
  let joined = '';
  tokenizeInto(text, (token) => {
    joined += joined === '' ? token : ` ${token}`;
  });
  return joined;
}
