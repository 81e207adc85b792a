/** How much of a question the shown lines of a result have, compared with the best lines of its text. */
export interface WindowScore {
  /** Share of the best window's weight that the shown lines miss, 0–1; null when no line has a word of the question. */
  regret: number | null;
  /** The shown lines have a word of the question although some line of the result has one; null as above. */
  showsWord: boolean | null;
}

/** Lines that a terminal shows of a result. */
export const WINDOW_LINES = 10;

/**
 * Compares shown lines with the best window of the same text. The weight of a window is the sum over the different
 * words of the question in it.
 *
 * @param lines of the whole chunk
 * @param shown positions in `lines`, from 0, both inclusive; at most {@link WINDOW_LINES} lines
 * @param wordsOf words of a line that the question has, and `weightOf` their inverse document frequency, ≥ 0
 */
export function scoreWindow(
  lines: readonly string[],
  shown: { first: number; last: number },
  wordsOf: (line: string) => readonly string[],
  weightOf: (word: string) => number,
): WindowScore {
  const words = lines.map(wordsOf);
  const weightOfLines = (first: number, last: number): number =>
    [...new Set(words.slice(first, last + 1).flat())].reduce((sum, word) => sum + weightOf(word), 0);
  const best = Math.max(...lines.map((_, start) => weightOfLines(start, start + WINDOW_LINES - 1)));
  if (words.every((line) => line.length === 0)) return { regret: null, showsWord: null };
  const weight = weightOfLines(shown.first, shown.last);
  const showsWord = words.slice(shown.first, shown.last + 1).some((line) => line.length > 0);
  return { regret: best === 0 ? 0 : Math.max(0, 1 - weight / best), showsWord };
}
