/** What became of one test, in the form that the report needs. */
export interface TestOutcome {
  /** Relative to the root of the repository. */
  file: string;
  /** Test file and title, for people. */
  name: string;
  state: 'passed' | 'failed' | 'skipped';
  /** Why it was skipped: `optional:<key> …` or `platform:<key> …`; absent when nobody said. */
  reason?: string | undefined;
  durationMs?: number | undefined;
  /** What it measured, a sentence each. */
  figures?: readonly string[] | undefined;
}

export interface SkipReport {
  /** Reasons with the number of tests each has skipped. */
  reasons: Map<string, number>;
  /** Skips that fail the run, one line each. */
  refused: string[];
}

const reasonForm = /^(?:optional|platform):[a-z0-9-]+(?=\s|$)/;

/**
 * Sorts the skipped tests. A skip without a reason of the required form is refused everywhere; one
 * whose key is not in `allowed` is refused when `allowed` is given (in CI).
 */
export function judgeSkips(outcomes: readonly TestOutcome[], allowed?: ReadonlySet<string>): SkipReport {
  const report: SkipReport = { reasons: new Map(), refused: [] };
  for (const { name, state, reason = '' } of outcomes) {
    if (state !== 'skipped') continue;
    const key = reasonForm.exec(reason)?.[0];
    if (key === undefined)
      report.refused.push(`skipped without a reason (optional:… or platform:…): ${name}${reason === '' ? '' : ` ("${reason}")`}`);
    else if (allowed !== undefined && !allowed.has(key))
      report.refused.push(`skipped for a reason that is not allowed here (${key}): ${name}`);
    report.reasons.set(reason, (report.reasons.get(reason) ?? 0) + 1);
  }
  return report;
}

/** Keys of `scripts/allowed-skips.txt`: one a line, `#` begins a comment. */
export function allowedKeys(text: string): Set<string> {
  const lines = text.split('\n').map((line) => line.replace(/#.*/, '').trim());
  return new Set(lines.filter((line) => line !== ''));
}
