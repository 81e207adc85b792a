import type { CandidateFile } from './candidate-file.ts';
import type { Signal } from './signal.ts';

/** Files of a folder that speak for it. With more, large folders win by their size. */
const FILES = 4;

/**
 * Files that lie together are about one thing: where several of a folder match, each of them is more likely meant.
 * @param most gain in a folder whose four best files all match as the best text does
 * @param bestText the best text score, > 0
 * @returns the signal of each file
 */
export function folderCoherence(
  files: ReadonlyMap<number, CandidateFile>,
  most: number,
  bestText: number,
): (file: CandidateFile) => Signal {
  const folders = new Map<string, number[]>();
  for (const { facts, best } of files.values()) {
    const scores = folders.get(facts.folder);
    if (scores === undefined) folders.set(facts.folder, [best.score / bestText]);
    else scores.push(best.score / bestText);
  }
  const signals = new Map<string, Signal>();
  for (const [folder, scores] of folders) {
    const best = scores.sort((left, right) => right - left).slice(0, FILES);
    const value = (most * best.reduce((sum, score) => sum + score, 0)) / FILES;
    const reason = `${scores.length} ${scores.length === 1 ? 'file' : 'files'} of the folder match`;
    signals.set(folder, { rule: 'folder_coherence', value, reason });
  }
  return ({ facts }) => signals.get(facts.folder) as Signal;
}
