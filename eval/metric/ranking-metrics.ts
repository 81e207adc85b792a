import type { Target } from '../data/code-queries.ts';

/** A place that a search found. Without lines it stands for its whole file. */
export interface FoundPlace {
  path: string;
  startLine?: number;
  endLine?: number;
}

export interface RankingScore {
  /** Discounted gain against the best possible order, 0–1. */
  ndcg: number;
  /** Share of the targets found, 0–1. */
  recall: number;
}

/** How far down a list is looked at. */
const cutOff = 10;

const gainAt = (rank: number): number => 1 / Math.log2(rank + 1);

/**
 * NDCG@10 and recall@10 of a list as it is: every target counts one, at the rank of the first place that
 * covers it. Two targets on one rank gain once; a query without targets scores 0.
 */
export function scoreChunkList(found: readonly FoundPlace[], targets: readonly Target[]): RankingScore {
  return scoreAt(targets, (target) =>
    found.slice(0, cutOff).findIndex((place) => isSamePath(place.path, target.path) && overlaps(place, target)),
  );
}

/** The same of the first place of each file, lines left aside. Not comparable with {@link scoreChunkList}: nothing is burnt by repetition. */
export function scoreDistinctFiles(found: readonly FoundPlace[], targets: readonly Target[]): RankingScore {
  const files = [...new Set(found.map((place) => place.path))].slice(0, cutOff);
  return scoreAt(targets, (target) => files.findIndex((file) => isSamePath(file, target.path)));
}

function scoreAt(targets: readonly Target[], indexOf: (target: Target) => number): RankingScore {
  if (targets.length === 0) return { ndcg: 0, recall: 0 };
  const hits = targets.map(indexOf).filter((index) => index >= 0);
  const gained = [...new Set(hits)].toSorted((left, right) => left - right).reduce((sum, index) => sum + gainAt(index + 1), 0);
  let possible = 0;
  for (let rank = 1; rank <= Math.min(cutOff, targets.length); rank++) possible += gainAt(rank);
  return { ndcg: gained / possible, recall: hits.length / targets.length };
}

/** Equal, or one ends with the other at a folder's border: labels may be relative to another root. */
export const isSamePath = (left: string, right: string): boolean =>
  left === right || left.endsWith(`/${right}`) || right.endsWith(`/${left}`);

function overlaps(place: FoundPlace, target: Target): boolean {
  if (target.startLine === undefined || target.endLine === undefined) return true;
  if (place.startLine === undefined || place.endLine === undefined) return true;
  return place.endLine >= target.startLine && place.startLine <= target.endLine;
}

/** Share of the relevant ids among the first `depth` found. */
export function recallAt(found: readonly string[], relevant: readonly string[], depth: number): number {
  const first = new Set(found.slice(0, depth));
  return relevant.filter((id) => first.has(id)).length / relevant.length;
}

/** 1 / rank of the first relevant id; 0 when there is none. */
export function reciprocalRank(found: readonly string[], relevant: readonly string[]): number {
  const index = found.findIndex((id) => relevant.includes(id));
  return index === -1 ? 0 : 1 / (index + 1);
}
