import type { ChunkMatch } from '../store/index.ts';
import { definitionBoost } from './definition-boost.ts';
import { fileCoherence } from './file-coherence.ts';
import { pathFactsCache } from './path-facts.ts';
import { pathOverlap } from './path-overlap.ts';
import { penalties } from './penalties.ts';
import type { QueryShape } from './query-shape.ts';
import type { RankContext, RankRule, Signal } from './signal.ts';

export interface RankedChunk {
  chunk: ChunkMatch;
  /** 0–1; the best chunk of the query has 1. */
  score: number;
  /** Text score in units of the best one, 0–1. */
  bm25: number;
  /** In the order they were applied: sums first, then factors, then the scaling to 0–1. */
  signals: readonly Signal[];
}

/**
 * Below 1: how much a chunk repeats the words says less than that it has them, and the boosts must be
 * able to lift what matches a little less. Worth .005 on whole trees.
 */
const TEXT_EXPONENT = 0.6;

const boosts: readonly RankRule[] = [definitionBoost, pathOverlap];

/**
 * Text scores, lifted and lowered by the rules, best first. Pure: the same candidates give the same
 * order, whatever order they come in; equal scores stand by path and line.
 */
export function rankCandidates(candidates: readonly ChunkMatch[], shape: QueryShape): RankedChunk[] {
  const bestText = candidates.reduce((best, candidate) => Math.max(best, candidate.score), 0);
  if (bestText === 0) return [];
  const context: RankContext = { shape, factsOf: pathFactsCache() };
  const coherence = fileCoherence(candidates);
  const scored = candidates.map((chunk) => {
    const bm25 = chunk.score / bestText;
    const signals: Signal[] = [{ rule: 'bm25', value: bm25 ** TEXT_EXPONENT, reason: 'text score against the best of the query' }];
    const coherent = coherence.get(chunk);
    if (coherent !== undefined) signals.push(coherent);
    for (const rule of boosts) pushSignal(signals, rule(chunk, context));
    let score = signals.reduce((sum, signal) => sum + signal.value, 0);
    for (const rule of penalties) {
      const signal = rule(chunk, context);
      if (signal === null) continue;
      signals.push(signal);
      score *= signal.value;
    }
    return { chunk, score, bm25, signals };
  });
  return scaled(scored);
}

function pushSignal(signals: Signal[], signal: Signal | null): void {
  if (signal !== null) signals.push(signal);
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
