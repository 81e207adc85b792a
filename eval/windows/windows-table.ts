import { mean } from '../metric/bootstrap.ts';
import { markdownTable } from '../report/markdown.ts';
import type { WindowOutcome } from './measure-windows.ts';

/** Window regret by category, over the first ten results of every query. */
export function windowsTable(outcomes: readonly WindowOutcome[]): string {
  const categories = [...new Set(outcomes.map(({ category }) => category))].sort();
  const rows = ['all', ...categories].map((name) =>
    rowOf(
      name,
      outcomes.filter(({ category }) => name === 'all' || category === name),
    ),
  );
  return markdownTable(
    ['', 'queries', 'results with words', 'mean regret', 'results that show none of the words', 'asked declarations shown'],
    rows,
  );
}

function rowOf(name: string, outcomes: readonly WindowOutcome[]): (string | number)[] {
  const windows = outcomes.flatMap((outcome) => outcome.windows);
  const regrets = windows.flatMap(({ regret }) => (regret === null ? [] : [regret]));
  const declarations = outcomes.flatMap((outcome) => outcome.declarations);
  const shown = declarations.filter(Boolean).length;
  return [
    name,
    outcomes.length,
    regrets.length,
    mean(regrets),
    windows.filter(({ showsWord }) => showsWord === false).length,
    declarations.length === 0 ? '–' : `${shown} of ${declarations.length}`,
  ];
}
