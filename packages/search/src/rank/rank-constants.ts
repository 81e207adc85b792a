/**
 * The numbers of the rank rules, chosen by `npm run eval -- --leave-one-out` on the development queries. There
 * are few on purpose: what holds for repositories that nobody tuned on is the shape of a rule, not its third digit.
 */
export interface RankConstants {
  /** Power of the text score: below 1, how often a chunk repeats the words says less than that it has them. */
  textExponent: number;
  /** Gain of the file whose chunks match most together, in units of the best text score. */
  coherence: number;
  /** Gain of a file whose folder has others that match as well as the best. */
  folderCoherence: number;
  /** Gain of the definition of the asked name when the query is that name, and when it is one word of it. */
  nameAsked: number;
  nameInSentence: number;
  /** Gain when every word of the query stands in the file's name, and nothing else does. */
  pathOverlap: number;
  /** How much of that gain goes when the query has none of the name's words (0: nothing, 1: all). */
  namePrecision: number;
  /** Weight of each further word of the query: what is asked for comes first, circumstances follow. */
  laterWord: number;
  /** Power of the rarity of a word among the names of the candidates: the project's own name says nothing. */
  nameRarity: number;
  /** Factor on what is hardly ever meant unless asked for, and on what is meant seldom. */
  strongPenalty: number;
  weakPenalty: number;
}

export const rankConstants: RankConstants = {
  textExponent: 0.8,
  coherence: 0.5,
  folderCoherence: 0.2,
  nameAsked: 3,
  nameInSentence: 0.75,
  pathOverlap: 1.8,
  namePrecision: 0.8,
  laterWord: 0.85,
  nameRarity: 0.5,
  strongPenalty: 0.3,
  weakPenalty: 0.5,
};
