import type { TestOutcome } from './outcome.ts';

/** The outcomes of a soak as a Markdown page: the long tests one by one, longest first, the short ones as a sum, and what was measured. */
export function soakTable(outcomes: readonly TestOutcome[], { date, commit, load }: { date: Date; commit: string; load: number }): string {
  const seconds = ({ durationMs = 0 }: TestOutcome): number => durationMs / 1000;
  const long = outcomes
    .filter((outcome) => outcome.state === 'failed' || seconds(outcome) >= longTestS)
    .toSorted((one, other) => seconds(other) - seconds(one));
  const short = outcomes.filter((outcome) => !long.includes(outcome));
  const rows = long.map((outcome) => `| ${outcome.name.replaceAll('|', '\\|')} | ${outcome.state} | ${seconds(outcome).toFixed(1)} |`);
  const passed = short.filter(({ state }) => state === 'passed').length;
  const skipped = short.filter(({ state }) => state === 'skipped').length;
  return [
    `# Soak of ${date.toISOString().slice(0, 10)} at commit ${commit}`,
    '',
    `Full counts (\`npm run soak\`); load ${load.toFixed(1)} at the end.`,
    '',
    '| test | outcome | s |',
    '|---|---|---:|',
    ...rows,
    '',
    `Besides, each below ${longTestS} s: ${passed} passed, ${skipped} skipped.`,
    '',
    ...figuresOf(outcomes),
  ].join('\n');
}

function figuresOf(outcomes: readonly TestOutcome[]): string[] {
  const measured = outcomes.filter(({ figures = [] }) => figures.length > 0);
  if (measured.length === 0) return [];
  const lines = measured.flatMap(({ name, figures = [] }) => [`- ${name}`, ...figures.map((figure) => `  - ${figure}`)]);
  return ['## Measured', '', ...lines, ''];
}

/** Shorter tests are told as a sum. */
const longTestS = 1;
