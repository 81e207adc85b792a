import type { PathFacts, RankRule } from './signal.ts';

/** In units of the best text score, when every word of the query stands in the file's name. */
const FULL_OVERLAP = 1.3;
const SMALLEST_SHARE = 0.1;
/** A word of the folder says less than one of the file's name. */
const FOLDER_SHARE = 0.8;
/** Words that share so many first letters, and so much of the shorter one, are forms of one word (`routing`, `router`). */
const SHARED_LETTERS = 4;
const SHARED_PART = 0.65;
const SHORTEST_PREFIX = 3;

/**
 * The file's name, or its folder's, has words of the query: the strongest sign of what a file is about.
 * Worth .065 on whole trees, .044 on source roots. Weighing the words by rarity gained nothing.
 */
export const pathOverlap: RankRule = (candidate, { shape, factsOf }) => {
  if (shape.keywords.length === 0) return null;
  const facts = factsOf(candidate.path);
  const matched = shape.keywords.map((keyword) => ({ keyword, share: wordShare(keyword, facts) })).filter(({ share }) => share > 0);
  const share = matched.reduce((sum, word) => sum + word.share, 0) / shape.keywords.length;
  if (share < SMALLEST_SHARE) return null;
  return { rule: 'path_overlap', value: FULL_OVERLAP * share, reason: `the path has ${matched.map(({ keyword }) => keyword).join(', ')}` };
};

function wordShare(keyword: string, { stemWords, folderWords }: PathFacts): number {
  if (stemWords.some((word) => isSameWord(word, keyword))) return 1;
  return folderWords.some((word) => isSameWord(word, keyword)) ? FOLDER_SHARE : 0;
}

function isSameWord(left: string, right: string): boolean {
  const shorter = Math.min(left.length, right.length);
  if (shorter < SHORTEST_PREFIX) return left === right;
  let shared = 0;
  while (shared < shorter && left[shared] === right[shared]) shared++;
  return shared === shorter || (shared >= SHARED_LETTERS && shared >= shorter * SHARED_PART);
}
