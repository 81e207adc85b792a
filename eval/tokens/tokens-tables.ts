import { mean } from '../metric/bootstrap.ts';
import { markdownTable } from '../report/markdown.ts';
import { type TokenOutcome, type Way, ways } from './measure-tokens.ts';

const quantiles = [0.1, 0.5, 0.9] as const;
const budgets = [500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000] as const;

/** How much is read up to the first file that answers, and how many queries are answered within a budget. */
export function tokensTables(outcomes: readonly TokenOutcome[]): string {
  const rows = ways.map((way) => {
    const found = outcomes.map((outcome) => outcome[way]).filter((reading) => reading.found);
    const tokens = found.map((reading) => reading.tokens).sort((left, right) => left - right);
    const all = outcomes.map((outcome) => outcome[way].tokens);
    return [
      way,
      found.length / outcomes.length,
      ...quantiles.map((share) => Math.round(quantile(tokens, share))),
      Math.round(mean(tokens)),
      Math.round(mean(all)),
    ];
  });
  const within = ways.map((way) => [way, ...budgets.map((budget) => shareWithin(outcomes, way, budget))]);
  return [
    markdownTable(['', 'found', 'tokens, 10 %', 'median', '90 %', 'mean', 'mean with what was read in vain'], rows),
    '',
    'Share of the queries answered within a budget of tokens:',
    '',
    markdownTable(['', ...budgets.map((budget) => budget.toLocaleString('en'))], within),
  ].join('\n');
}

const shareWithin = (outcomes: readonly TokenOutcome[], way: Way, budget: number): number =>
  outcomes.filter((outcome) => outcome[way].found && outcome[way].tokens <= budget).length / outcomes.length;

/** Of sorted values; NaN of none. */
const quantile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
