import type { ChunkMatch } from '../store/index.ts';
import type { Signal } from './signal.ts';

/**
 * A file that matches in many places is about the thing; the best chunk of each file gains by the sum of its
 * file. By its root: the tenth place says less than the second, and a long file must not win by its length.
 * @param most gain of the file with the largest sum
 * @returns signals by candidate; only best chunks have one
 */
export function fileCoherence(candidates: readonly ChunkMatch[], most: number): Map<ChunkMatch, Signal> {
  const files = new Map<number, { sum: number; count: number; best: ChunkMatch }>();
  for (const candidate of candidates) {
    const file = files.get(candidate.file);
    if (file === undefined) {
      files.set(candidate.file, { sum: candidate.score, count: 1, best: candidate });
      continue;
    }
    file.sum += candidate.score;
    file.count += 1;
    const isBetter = candidate.score - file.best.score || file.best.ordinal - candidate.ordinal;
    if (isBetter > 0) file.best = candidate;
  }
  let largest = 0;
  for (const { sum } of files.values()) largest = Math.max(largest, sum);
  const signals = new Map<ChunkMatch, Signal>();
  for (const { sum, count, best } of files.values()) {
    signals.set(best, {
      rule: 'file_coherence',
      value: most * Math.sqrt(sum / largest),
      reason: `${count} ${count === 1 ? 'chunk' : 'chunks'} of the file match`,
    });
  }
  return signals;
}
