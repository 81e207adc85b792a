import { byScore, type RankedChunk } from './rank-candidates.ts';

export interface RankedGroup {
  best: RankedChunk;
  /** Further chunks of the file, best first. Empty when chunks stand for themselves. */
  more: RankedChunk[];
}

/** Each further chunk of a file counts half of the one before. */
const SATURATION = 0.5;

/** One group per file: its best chunk, and where else it matches. @param ranked best first */
export function groupByFile(ranked: readonly RankedChunk[], spansPerFile: number): RankedGroup[] {
  const files = new Map<number, RankedGroup>();
  for (const entry of ranked) {
    const group = files.get(entry.chunk.file);
    if (group === undefined) files.set(entry.chunk.file, { best: entry, more: [] });
    else if (group.more.length < spansPerFile) group.more.push(entry);
  }
  return [...files.values()];
}

/** Chunks by themselves, without one file filling the list. @param ranked best first */
export function saturate(ranked: readonly RankedChunk[]): RankedGroup[] {
  const taken = new Map<number, number>();
  const saturated = ranked.map((entry) => {
    const before = taken.get(entry.chunk.file) ?? 0;
    taken.set(entry.chunk.file, before + 1);
    if (before === 0) return entry;
    const value = SATURATION ** before;
    const signal = { rule: '×saturation', value, reason: `${before} better ${before === 1 ? 'chunk' : 'chunks'} of the same file` };
    return { ...entry, score: entry.score * value, signals: () => [...entry.signals(), signal] };
  });
  return saturated.sort(byScore).map((best) => ({ best, more: [] }));
}
