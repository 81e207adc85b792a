import type { SourceType } from '@agent-brain/contract/query';
import { PRODUCT_VERSION } from '@agent-brain/contract/version';
import { type Chunk, CHUNKER_VERSION, chunkIds, chunkText } from '../chunk/index.ts';
import { FilePostingsBuilder } from '../postings/index.ts';
import { type ChunkIndexed, encodeOutline, type FileIndexed } from '../store/index.ts';
import { TOKENIZER_ID } from '../tokenize/index.ts';
import type { TextPacker } from './text-packer.ts';

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

let builder: FilePostingsBuilder | undefined;

/**
 * Cuts, names and tokenises one file: the pure part of its way into the index.
 * @param packer takes the text; to be closed before the file is handed on
 */
export function indexFile({ text, chunkAs, ...file }: FileSource, settings: ChunkSettings, packer: TextPacker): FileIndexed {
  const cut = chunkText({ path: file.path, text, language: chunkAs ?? file.language, sourceType: file.sourceType, ...settings });
  const ids = chunkIds(
    file.path,
    cut.map((chunk) => text.slice(chunk.startOffset, chunk.endOffset)),
  );
  builder ??= new FilePostingsBuilder();
  return {
    ...file,
    recipe: recipeOf(settings),
    text: packer.add(text),
    chunkCount: cut.length,
    outline: encodeOutline(cut.map((chunk, index) => outlineOf(chunk, ids[index] as string))),
    postings: builder.build(
      file.path,
      text,
      cut.map(({ endOffset, text: body, symbol = '', definitions }) => ({
        body: { start: endOffset - body.length, end: endOffset },
        symbol: [symbol, ...definitions].join(' '),
      })),
    ),
  };
}

const outlineOf = (
  { ordinal, startOffset: _core, endOffset, startLine, endLine, symbol = '', kind, definitions, text }: Chunk,
  chunkId: string,
): ChunkIndexed => ({
  chunkId,
  ordinal,
  startOffset: endOffset - text.length,
  endOffset,
  startLine,
  endLine,
  symbol,
  kind,
  definitions,
});
