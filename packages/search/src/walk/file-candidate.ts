import type { SkipReason } from '@agent-brain/contract/jobs';
import type { SourceType } from '@agent-brain/contract/query';

/** A file that should be indexed, as its path and its stat tell; what its bytes tell comes with reading. */
export interface FileCandidate {
  /** Relative to the project root with `/` separators; absolute for files outside it. May hold any character but NUL. */
  readonly path: string;
  readonly absolutePath: string;
  readonly sizeBytes: number;
  /** Milliseconds since 1970, with fraction. */
  readonly mtimeMs: number;
  /** As `mtimeMs`; no program can set it. */
  readonly ctimeMs: number;
  readonly ino: number;
  /** Id of the languages table; `text` where the path does not tell. */
  readonly language: string;
  readonly sourceType: SourceType;
  /** An include pattern names just this file; then no guess about its kind holds. */
  readonly isNamed?: boolean;
}

/** A file or directory that is not indexed. */
export interface Skip {
  /** As in {@link FileCandidate}; with `/` at its end for a directory, then it stands for all beneath. */
  readonly path: string;
  readonly reason: SkipReason;
}

export interface WalkBatch {
  readonly files: readonly FileCandidate[];
  readonly skips: readonly Skip[];
}
