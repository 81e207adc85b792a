import type { RankRule } from './signal.ts';

/** In units of the best text score, when every word of the query stands in the path. */
const FULL_OVERLAP = 1;
const SMALLEST_SHARE = 0.1;
/** A word of the folder says less than one of the file's name. */
const FOLDER_SHARE = 0.6;
const SHORTEST_PREFIX = 3;

/** The file's name, or its folder's, has words of the query: the strongest sign of what a file is about. */
export const pathOverlap: RankRule = (candidate, { shape, factsOf }) => {
  if (shape.keywords.length === 0) return null;
  const { stemWords, folderWords } = factsOf(candidate.path);
  let sum = 0;
  const matched: string[] = [];
  for (const keyword of shape.keywords) {
    const weight = stemWords.some((word) => isSameWord(word, keyword)) ? 1 : folderWords.some((word) => isSameWord(word, keyword)) ? FOLDER_SHARE : 0;
    if (weight === 0) continue;
    sum += weight;
    matched.push(keyword);
  }
  const share = sum / shape.keywords.length;
  if (share < SMALLEST_SHARE) return null;
  return { rule: 'path_overlap', value: FULL_OVERLAP * share, reason: `the path has ${matched.join(', ')}` };
};

/** Equal, or one begins with the other (`route` and `routes`, `auth` and `authentication`). */
const isSameWord = (left: string, right: string): boolean =>
  left === right || (Math.min(left.length, right.length) >= SHORTEST_PREFIX && (left.startsWith(right) || right.startsWith(left)));
