import type { ChunkMatch } from '../store/index.ts';
import { type CandidateFile, filesOf } from './candidate-file.ts';
import { definitionBoost } from './definition-boost.ts';
import { fileCoherence } from './file-coherence.ts';
import { folderCoherence } from './folder-coherence.ts';
import { pathOverlap, weighWords } from './path-overlap.ts';
import { penalties } from './penalties.ts';
import type { QueryShape } from './query-shape.ts';
import { type RankConstants, rankConstants } from './rank-constants.ts';
import type { RankContext, Signal } from './signal.ts';

export interface RankedChunk {
  chunk: ChunkMatch;
  /** 0–1; the best chunk of the query has 1. */
  score: number;
  /** Text score in units of the best one, 0–1. */
  bm25: number;
  /** In the order they were applied: sums first, then factors, then the scaling to 0–1. Put together when asked for. */
  signals(): readonly Signal[];
}

/** For measuring: the product ranks with all rules and {@link rankConstants}. */
export interface RankOptions {
  constants?: Partial<RankConstants>;
  /** Names of rules that are left out, as signals carry them. */
  without?: ReadonlySet<string>;
}

/**
 * Text scores, lifted and lowered by the rules, best first. Pure: the same candidates give the same
 * order, whatever order they come in; equal scores stand by path and place in the file.
 */
export function rankCandidates(candidates: readonly ChunkMatch[], shape: QueryShape, options: RankOptions = {}): RankedChunk[] {
  const bestText = candidates.reduce((best, candidate) => Math.max(best, candidate.score), 0);
  if (bestText === 0) return [];
  const constants = { ...rankConstants, ...options.constants };
  const files = filesOf(candidates);
  const context: RankContext = { shape, constants, wordWeights: weighWords(files, { shape, constants }) };
  const inFile = fileCoherence(files, constants.coherence);
  const inFolder = folderCoherence(files, constants.folderCoherence, bestText);
  const { without } = options;
  const counts = (signal: Signal | null): signal is Signal => signal !== null && without?.has(signal.rule) !== true;
  const ofFiles = new Map<number, Signal[]>();
  for (const file of files.values()) {
    const signals = [inFolder(file), pathOverlap(file, context), ...penalties.map((rule) => rule(file, context))];
    ofFiles.set(file.file, signals.filter(counts));
  }
  let best = 0;
  const scale = (): Signal => ({ rule: '×scale', value: 1 / best, reason: 'so that the best result of the query has 1' });
  const ranked = candidates.map((chunk): RankedChunk => {
    const bm25 = chunk.score / bestText;
    const text = { rule: 'bm25', value: bm25 ** constants.textExponent, reason: 'text score against the best of the query' };
    const ofFile = ofFiles.get(chunk.file) as Signal[];
    const own: Signal[] = [];
    for (const signal of [text, inFile(chunk, files.get(chunk.file) as CandidateFile), definitionBoost(chunk, context)]) {
      if (counts(signal)) own.push(signal);
    }
    const score = applied(ofFile, applied(own, 0));
    best = Math.max(best, score);
    return { chunk, score, bm25, signals: () => [...own, ...ofFile, scale()] };
  });
  // To 0–1 by the best, so that scores of one query compare and those of two do not pretend to.
  for (const entry of ranked) entry.score /= best;
  return ranked.sort(byScore);
}

/** Sums first, then factors, as the signals stand. */
function applied(signals: readonly Signal[], before: number): number {
  let score = before;
  for (const { rule, value } of signals) score = rule.startsWith('×') ? score * value : score + value;
  return score;
}

export const byScore = (left: RankedChunk, right: RankedChunk): number =>
  right.score - left.score || compareText(left.chunk.path, right.chunk.path) || left.chunk.row - right.chunk.row;

const compareText = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);
