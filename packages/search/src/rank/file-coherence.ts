import type { ChunkMatch } from '../store/index.ts';
import type { CandidateFile } from './candidate-file.ts';
import type { Signal } from './signal.ts';

/**
 * A file that matches in many places is about the thing; the best chunk of each file gains by the sum of its
 * file. By its root: the tenth place says less than the second, and a long file must not win by its length.
 * @param most gain of the file with the largest sum
 * @returns the signal of a candidate of the file; only its best chunk has one
 */
export function fileCoherence(
  files: ReadonlyMap<number, CandidateFile>,
  most: number,
): (candidate: ChunkMatch, file: CandidateFile) => Signal | null {
  let largest = 0;
  for (const { sum } of files.values()) largest = Math.max(largest, sum);
  return (candidate, { best, sum, count }) =>
    candidate === best
      ? {
          rule: 'file_coherence',
          value: most * Math.sqrt(sum / largest),
          reason: `${count} ${count === 1 ? 'chunk' : 'chunks'} of the file match`,
        }
      : null;
}
