import { type RankConstants, rankConstants } from '@agent-brain/search/rank';
import { mean } from '../metric/bootstrap.ts';
import { markdownTable, signed } from '../report/markdown.ts';
import { type GatheredQuery, scoreRanking } from './gather-candidates.ts';

/** What each constant may be. The descent begins at the first value, which makes the rule weak or plain. */
const choices: Readonly<Record<keyof RankConstants, readonly number[]>> = {
  strongPenalty: [0.5, 0.3, 0.2],
  weakPenalty: [1, 0.7, 0.5, 0.3],
  pathOverlap: [1, 1.4, 1.8, 2.2],
  namePrecision: [0, 0.4, 0.6, 0.8, 1],
  laterWord: [1, 0.9, 0.85, 0.8],
  nameRarity: [0, 0.5, 1],
  coherence: [0.2, 0.4, 0.6, 0.8],
  folderCoherence: [0, 0.2, 0.4],
  textExponent: [1, 0.8, 0.6, 0.5],
  nameInSentence: [0, 0.75, 1.5],
  nameAsked: [1.5, 3],
};

/** A gain smaller than this is no reason to move. */
const SMALLEST_GAIN = 0.0002;
const ROUNDS = 3;

/** Scores of all queries under given constants; each setting is ranked once, whoever asks. */
class ScoreTable {
  readonly #gathered: readonly GatheredQuery[];
  readonly #known = new Map<string, Float64Array>();

  constructor(gathered: readonly GatheredQuery[]) {
    this.#gathered = gathered;
  }

  scores(constants: RankConstants): Float64Array {
    const key = JSON.stringify(constants);
    let scores = this.#known.get(key);
    if (scores === undefined) this.#known.set(key, (scores = scoreRanking(this.#gathered, { constants })));
    return scores;
  }

  /** Settings that were ranked. */
  get size(): number {
    return this.#known.size;
  }
}

export type ScoresOf = (constants: RankConstants) => Float64Array;

/** Coordinate descent: one constant after another takes the value that is best for the queries `chosen`, until none moves. */
export function tune(scoresOf: ScoresOf, chosen: readonly number[]): RankConstants {
  const valueOf = (constants: RankConstants) => {
    const scores = scoresOf(constants);
    return mean(chosen.map((index) => scores[index] ?? 0));
  };
  let best = Object.fromEntries(Object.entries(choices).map(([name, values]) => [name, values[0]])) as unknown as RankConstants;
  let value = valueOf(best);
  for (let round = 0, moved = true; moved && round < ROUNDS; round++) {
    moved = false;
    for (const [name, values] of Object.entries(choices)) {
      for (const choice of values) {
        const tried = { ...best, [name]: choice };
        const gained = valueOf(tried);
        if (gained <= value + SMALLEST_GAIN) continue;
        [best, value, moved] = [tried, gained, true];
      }
    }
  }
  return best;
}

/**
 * How much of the score is fit to the queries it was tuned on: each language is scored with constants that
 * were tuned on all others, and that is compared with tuning on all.
 */
export function leaveOneOutTable(gathered: readonly GatheredQuery[]): string {
  const table = new ScoreTable(gathered);
  const scoresOf: ScoresOf = (constants) => table.scores(constants);
  const all = gathered.map((_, index) => index);
  const tunedOnAll = tune(scoresOf, all);
  const languages = [...new Set(gathered.map(({ query }) => query.language))].sort();
  const held = new Float64Array(gathered.length);
  const rows = languages.map((language) => {
    const own = all.filter((index) => gathered[index]?.query.language === language);
    const tuned = tune(
      scoresOf,
      all.filter((index) => gathered[index]?.query.language !== language),
    );
    const scores = scoresOf(tuned);
    for (const index of own) held[index] = scores[index] ?? 0;
    const onAll = mean(own.map((index) => scoresOf(tunedOnAll)[index] ?? 0));
    const without = mean(own.map((index) => scores[index] ?? 0));
    return [language, own.length, onAll, without, signed(without - onAll), differences(tunedOnAll, tuned)];
  });
  const [onAll, without] = [mean([...scoresOf(tunedOnAll)]), mean([...held])];
  const shipped = mean([...scoresOf(rankConstants)]);
  const head = ['language left out', 'queries', 'tuned on all', 'tuned on the others', 'difference', 'constants that differ'];
  return [
    markdownTable(head, [...rows, ['all', all.length, onAll, without, signed(without - onAll), '']]),
    '',
    `Tuned on all: ${Object.entries(tunedOnAll)
      .map(([name, value]) => `${name} ${value}`)
      .join(', ')}.`,
    `The product's constants score ${shipped.toFixed(4)}; ${table.size} settings were ranked.`,
  ].join('\n');
}

const differences = (left: RankConstants, right: RankConstants): string =>
  Object.entries(right)
    .filter(([name, value]) => left[name as keyof RankConstants] !== value)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ') || '–';
