import type { SourceType } from '@agent-brain/contract/query';

/** `definition`: code that names at least one declaration; `doc`: documentation, by its format or its source type. */
export type ChunkKind = 'code' | 'doc' | 'definition';

export interface ChunkInput {
  /** Relative to the project root, `/` separators. Only the extension matters here, and only when `language` is not known. */
  readonly path: string;
  readonly text: string;
  /** An id of the languages table; an unknown one gets the generic rules. */
  readonly language: string;
  readonly sourceType: SourceType;
  /** The largest core of a chunk, in UTF-16 code units; at least 1. */
  readonly chunkSize: number;
  /** How far a chunk's text may reach back into the previous one, in UTF-16 code units; at most half of `chunkSize` is used. */
  readonly chunkOverlap: number;
}

/**
 * A piece of a file. The cores `[startOffset, endOffset)` of a file's chunks follow one another without a gap and
 * cover it; `text` is the core, preceded by up to `chunkOverlap` units of the chunk before it.
 */
export interface Chunk {
  /** Position among the file's chunks, from 0. */
  readonly ordinal: number;
  /** UTF-16 offsets of the core in the file's text; the end is exclusive. */
  readonly startOffset: number;
  readonly endOffset: number;
  /** 1-based, inclusive, of `text` (overlap included). A line ends at `\n`, as for git and grep. */
  readonly startLine: number;
  readonly endLine: number;
  /** The innermost declaration (`Router.handle`, `impl Foo > bar`) or heading path (`Setup > Linux`) that holds at least half of the core. */
  readonly symbol?: string;
  readonly kind: ChunkKind;
  /** Bare names defined in the core, case kept, in order of appearance, without duplicates; at most 64. */
  readonly definitions: readonly string[];
  readonly text: string;
}
