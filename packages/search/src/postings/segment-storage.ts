/**
 * - `documents`: one row, number 0: lengths, chunk rows and files of the documents.
 * - `terms`: one row, number 0: the first term of each dictionary block.
 * - `dictionary`: blocks of at most 4,000 bytes: terms in the order of their UTF-8 bytes, short lists with them.
 * - `postings`: one row per long list.
 */
export type SegmentRowKind = 'documents' | 'terms' | 'dictionary' | 'postings';

export const segmentRowKinds: readonly SegmentRowKind[] = ['documents', 'terms', 'dictionary', 'postings'];

/** Rows of bytes by segment, kind and number (from 0, without gaps, per segment and kind). What was written once never changes. */
export interface SegmentStorage {
  /** The bytes must not be changed by anyone afterwards. */
  read(segment: number, kind: SegmentRowKind, number: number): Uint8Array | undefined;
}

export interface SegmentSink {
  /** @param bytes keep a copy or give them away; the caller may keep them too, unchanged */
  write(segment: number, kind: SegmentRowKind, number: number, bytes: Uint8Array): void;
}
