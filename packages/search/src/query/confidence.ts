import type { Confidence } from '@agent-brain/contract/query';
import { tokenize } from '../tokenize/index.ts';

/** One of the best results, as far as it is compared with the question. */
export interface JudgedResult {
  readonly text: string;
  readonly path: string;
  readonly symbol: string;
}

/** Results that are judged: the best of them decides. */
export const JUDGED_RESULTS = 3;

/**
 * A logistic model with three features, fitted on the development queries, each asked of its own repository and of another
 * one (`npm run eval -- --confidence`). Leaving one repository out at a time, a right repository is told from a wrong one
 * with an area under the curve of .956 (tried once, outside the repository); weighting words by rarity gains nothing.
 */
const model = { intercept: -8.33, coverage: 5.23, named: 3.57, words: 1.37 };
/** More matching words add nothing; a long question must not be certain because it is long. */
const MAX_WORDS = 6;
/** A name that is found as a whole answers a question that is only this name. */
const LEAST_FOR_WHOLE_NAME = 0.75;
/** A result with every word of the question is no poor match, however common the words are. */
const LEAST_FOR_ALL_WORDS = 0.5;
const levels = { high: 0.7, medium: 0.4 };

export interface JudgedQuestion {
  /** Its different words, as terms. */
  readonly terms: readonly string[];
  /** Beginnings of further words. */
  readonly prefixes: readonly string[];
  /** The term of its only word, when that is a single name of code. */
  readonly wholeName: string | undefined;
}

/**
 * How likely the best results answer the question, 0–1: by the largest share of its different words that one result has,
 * the largest share that stands in a path or symbol, and how many words that is.
 */
export function relevanceOf(results: readonly JudgedResult[], question: JudgedQuestion): number {
  const asked = question.terms.length + question.prefixes.length;
  if (results.length === 0 || asked === 0) return 0;
  let words = 0;
  let named = 0;
  let hasWholeName = false;
  for (const { text, path, symbol } of results) {
    const names = new Set([...tokenize(path), ...tokenize(symbol)]);
    const all = new Set([...tokenize(text), ...names]);
    words = Math.max(words, count(question, all));
    named = Math.max(named, count(question, names));
    hasWholeName ||= question.wholeName !== undefined && all.has(question.wholeName);
  }
  const share = (found: number): number => found / asked;
  const sum = model.intercept + model.coverage * share(words) + model.named * share(named) + model.words * Math.min(words, MAX_WORDS);
  const likelihood = 1 / (1 + Math.exp(-sum));
  if (hasWholeName) return Math.max(likelihood, LEAST_FOR_WHOLE_NAME);
  return words === asked ? Math.max(likelihood, LEAST_FOR_ALL_WORDS) : likelihood;
}

export const confidenceOf = (relevance: number): Confidence =>
  relevance >= levels.high ? 'high' : relevance >= levels.medium ? 'medium' : 'low';

function count({ terms, prefixes }: JudgedQuestion, found: ReadonlySet<string>): number {
  const begun = prefixes.filter((prefix) => [...found].some((token) => token.startsWith(prefix)));
  return terms.filter((term) => found.has(term)).length + begun.length;
}
