import { confidences } from '@agent-brain/contract/query';
import { markdownTable } from '../report/markdown.ts';
import type { ConfidenceOutcome } from './measure-confidence.ts';

/** Area under the curve: how often a right repository scores higher than a wrong one; equal scores count half. */
export function areaUnderCurve(outcomes: readonly ConfidenceOutcome[]): number {
  const right = outcomes.filter(({ isRight }) => isRight);
  const wrong = outcomes.filter(({ isRight }) => !isRight);
  let higher = 0;
  for (const one of right) for (const other of wrong) higher += one.score > other.score ? 1 : one.score === other.score ? 0.5 : 0;
  return higher / (right.length * wrong.length);
}

/** Which confidence questions get that are about the repository, and about another one. */
export function confidenceTable(outcomes: readonly ConfidenceOutcome[]): string {
  const rows = [true, false].map((isRight) => {
    const asked = outcomes.filter((outcome) => outcome.isRight === isRight);
    const shares = confidences.map((level) => asked.filter(({ confidence }) => confidence === level).length / asked.length);
    return [isRight ? 'about this repository' : 'about another repository', asked.length, ...shares];
  });
  return `${markdownTable(['questions', 'asked', ...confidences], rows)}\n\nArea under the curve: ${areaUnderCurve(outcomes).toFixed(3)}`;
}
