import type { ChunkMatch } from '../store/index.ts';
import { definitionBoost } from './definition-boost.ts';
import { fileCoherence } from './file-coherence.ts';
import { folderCoherence } from './folder-coherence.ts';
import { pathFactsOf } from './path-facts.ts';
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
  /** In the order they were applied: sums first, then factors, then the scaling to 0–1. */
  signals: readonly Signal[];
}

/** For measuring: the product ranks with all rules and {@link rankConstants}. */
export interface RankOptions {
  constants?: Partial<RankConstants>;
  /** Names of rules that are left out, as signals carry them. */
  without?: ReadonlySet<string>;
}

/**
 * Text scores, lifted and lowered by the rules, best first. Pure: the same candidates give the same
 * order, whatever order they come in; equal scores stand by path and line.
 */
export function rankCandidates(candidates: readonly ChunkMatch[], shape: QueryShape, options: RankOptions = {}): RankedChunk[] {
  const bestText = candidates.reduce((best, candidate) => Math.max(best, candidate.score), 0);
  if (bestText === 0) return [];
  const constants = { ...rankConstants, ...options.constants };
  const known = { shape, constants, factsOf: pathFactsOf };
  const context: RankContext = { ...known, wordWeights: weighWords(candidates, known) };
  const inFile = fileCoherence(candidates, constants.coherence);
  const inFolder = folderCoherence(candidates, constants.folderCoherence, bestText);
  const fileSignals = new Map<number, Signal[]>();
  const scored = candidates.map((chunk) => {
    const bm25 = chunk.score / bestText;
    const text = { rule: 'bm25', value: bm25 ** constants.textExponent, reason: 'text score against the best of the query' };
    let ofFile = fileSignals.get(chunk.file);
    if (ofFile === undefined) {
      ofFile = present([inFolder(chunk), pathOverlap(chunk, context), ...penalties.map((rule) => rule(chunk, context))]);
      fileSignals.set(chunk.file, ofFile);
    }
    const all = [...present([text, inFile.get(chunk) ?? null, definitionBoost(chunk, context)]), ...ofFile];
    const { without } = options;
    const signals = without === undefined ? all : all.filter(({ rule }) => !without.has(rule));
    return { chunk, score: totalOf(signals), bm25, signals };
  });
  return scaled(scored);
}

const present = (signals: readonly (Signal | null)[]): Signal[] => signals.filter((signal) => signal !== null);

/** Sums first, then factors, as the signals stand. */
function totalOf(signals: readonly Signal[]): number {
  let score = 0;
  for (const { rule, value } of signals) score = rule.startsWith('×') ? score * value : score + value;
  return score;
}

/** To 0–1 by the best, so that scores of one query compare and those of two do not pretend to. */
function scaled(ranked: RankedChunk[]): RankedChunk[] {
  const best = ranked.reduce((most, entry) => Math.max(most, entry.score), 0);
  for (const entry of ranked) {
    entry.score /= best;
    entry.signals = [...entry.signals, { rule: '×scale', value: 1 / best, reason: 'so that the best result of the query has 1' }];
  }
  return ranked.sort(byScore);
}

export const byScore = (left: RankedChunk, right: RankedChunk): number =>
  right.score - left.score ||
  compareText(left.chunk.path, right.chunk.path) ||
  left.chunk.startLine - right.chunk.startLine ||
  left.chunk.ordinal - right.chunk.ordinal;

const compareText = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);
