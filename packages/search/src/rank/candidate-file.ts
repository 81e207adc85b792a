import type { ChunkMatch } from '../store/index.ts';
import { type PathFacts, pathFactsOf } from './path-facts.ts';

/** A file with what its candidates have in common, and what they are together. */
export interface CandidateFile extends Pick<ChunkMatch, 'file' | 'path' | 'language' | 'sourceType'> {
  facts: PathFacts;
  /** The candidate with the best text score; of equal ones the first of the file. */
  best: ChunkMatch;
  /** Candidates, and the sum of their text scores. */
  count: number;
  sum: number;
}

/** The files of the candidates by their number, in the order of the candidates. */
export function filesOf(candidates: readonly ChunkMatch[]): Map<number, CandidateFile> {
  const files = new Map<number, CandidateFile>();
  for (const candidate of candidates) {
    const known = files.get(candidate.file);
    if (known === undefined) {
      const { file, path, language, sourceType, score } = candidate;
      files.set(file, { file, path, language, sourceType, facts: pathFactsOf(path), best: candidate, count: 1, sum: score });
      continue;
    }
    known.sum += candidate.score;
    known.count += 1;
    const isBetter = candidate.score - known.best.score || known.best.row - candidate.row;
    if (isBetter > 0) known.best = candidate;
  }
  return files;
}
