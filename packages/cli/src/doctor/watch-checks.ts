import type { Finding } from '@agent-brain/contract/doctor';
import type { Check, Facts } from './facts.ts';
import { finding } from './finding.ts';

/** Whether changes are noticed. */
export const watchChecks: readonly Check[] = [{ name: 'watching', run: watching }];

function watching({ status }: Facts): Finding[] {
  const watcher = status?.watcher;
  if (watcher === undefined || (watcher.state !== 'limited' && watcher.state !== 'degraded')) return [];
  const reason = watcher.reason ?? 'the instance does not say why';
  const command = /\bsudo sysctl [\w.]+=\d+/.exec(reason)?.[0] ?? null;
  const remedy =
    command === null
      ? 'The instance tries again by itself; until then, changes there are found by a comparison every minute.'
      : 'Raise the limit; the instance takes the watches by itself as soon as it gets them.';
  return [finding('F-204', 'warn', `Not all changes of files are noticed: ${reason}`, command, remedy)];
}
