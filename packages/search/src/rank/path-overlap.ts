import type { CandidateFile } from './candidate-file.ts';
import type { FileRule, RankContext } from './signal.ts';

/** Words that share so many first letters, and so much of the shorter one, are forms of one word (`auth`, `authent`). */
const SHARED_LETTERS = 4;
const SHARED_PART = 0.65;
const SHORTEST_PREFIX = 3;

/**
 * The file's name, or its folder's, has words of the query: the strongest sign of what a file is about. It is
 * the stronger the more of the name the query accounts for: `router.ts` is what a query for routers means,
 * `create-client-router.ts` has to do with it.
 */
export const pathOverlap: FileRule = ({ facts }, { shape, constants, wordWeights }) => {
  let share = 0;
  const matched = shape.keywords.filter((keyword, index) => {
    const has = hasWord(facts.nameWords, keyword) || hasWord(facts.folderWords, keyword);
    if (has) share += wordWeights[index] ?? 0;
    return has;
  });
  if (matched.length === 0) return null;
  const known = facts.nameParts.filter((part) => hasWord(shape.keywords, part)).length;
  const precision = facts.nameParts.length === 0 ? 0 : known / facts.nameParts.length;
  const value = constants.pathOverlap * share * (1 - constants.namePrecision * (1 - precision));
  const words = matched.length === 1 ? 'the path has' : `the path has ${matched.length} words:`;
  return { rule: 'path_overlap', value, reason: `${words} ${matched.join(', ')}` };
};

/**
 * What each keyword of the query weighs in {@link pathOverlap}; together 1. A word counts less the later it
 * comes, and the more of the candidates have it in their names.
 */
export function weighWords(files: ReadonlyMap<number, CandidateFile>, { shape, constants }: Omit<RankContext, 'wordWeights'>): number[] {
  const weights = shape.keywords.map((keyword, index) => {
    let having = 0;
    for (const { facts } of files.values()) if (hasWord(facts.nameWords, keyword)) having += 1;
    const rarity = Math.log(1 + (files.size - having + 0.5) / (having + 0.5));
    return rarity ** constants.nameRarity * constants.laterWord ** index;
  });
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}

const hasWord = (words: readonly string[], word: string): boolean => words.some((candidate) => isSameWord(candidate, word));

function isSameWord(left: string, right: string): boolean {
  const shorter = Math.min(left.length, right.length);
  if (shorter < SHORTEST_PREFIX) return left === right;
  let shared = 0;
  while (shared < shorter && left.charCodeAt(shared) === right.charCodeAt(shared)) shared++;
  return shared === shorter || (shared >= SHARED_LETTERS && shared >= shorter * SHARED_PART);
}
