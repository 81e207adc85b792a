import type { SkipReason } from '@agent-brain/contract/jobs';
import type { FileIndexed, FileTouch } from '../store/index.ts';

/** What became of one file. */
export type ParseResult =
  | { kind: 'file'; file: FileIndexed }
  | { kind: 'touch'; touch: FileTouch }
  | { kind: 'skip'; skip: FileTouch & { reason: SkipReason } };
