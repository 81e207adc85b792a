import type { ChunkMatch } from '../store/index.ts';
import type { Signal } from './signal.ts';

/** Files of a folder that speak for it. With more, large folders win by their size. */
const FILES = 4;

/**
 * Files that lie together are about one thing: where several of a folder match, each of them is more likely meant.
 * @param most gain in a folder whose four best files all match as the best text does
 * @param bestText the best text score, > 0
 * @returns the signal of each candidate
 */
export function folderCoherence(candidates: readonly ChunkMatch[], most: number, bestText: number): (candidate: ChunkMatch) => Signal {
  const files = new Map<string, number>();
  for (const { path, score } of candidates) files.set(path, Math.max(files.get(path) ?? 0, score / bestText));
  const folders = new Map<string, number[]>();
  for (const [path, score] of files) {
    const folder = folders.get(folderOf(path));
    if (folder === undefined) folders.set(folderOf(path), [score]);
    else folder.push(score);
  }
  const signals = new Map<string, Signal>();
  for (const [folder, scores] of folders) {
    const best = scores.sort((left, right) => right - left).slice(0, FILES);
    const value = (most * best.reduce((sum, score) => sum + score, 0)) / FILES;
    const reason = `${scores.length} ${scores.length === 1 ? 'file' : 'files'} of the folder match`;
    signals.set(folder, { rule: 'folder_coherence', value, reason });
  }
  return ({ path }) => signals.get(folderOf(path)) as Signal;
}

const folderOf = (path: string): string => path.slice(0, path.lastIndexOf('/') + 1);
