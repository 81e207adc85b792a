import type { ChunkMatch } from '../store/index.ts';
import type { Signal } from './signal.ts';

/** In units of the best text score, for the file whose chunks match most together. */
const MOST_COHERENT = 0.4;

/**
 * A file that matches in many places is about the thing; the best chunk of each file gains by the sum
 * of its file. Worth .013 on whole trees and on source roots.
 * @returns signals by candidate; only best chunks have one
 */
export function fileCoherence(candidates: readonly ChunkMatch[]): Map<ChunkMatch, Signal> {
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
      value: (MOST_COHERENT * sum) / largest,
      reason: `${count} ${count === 1 ? 'chunk' : 'chunks'} of the file match`,
    });
  }
  return signals;
}
