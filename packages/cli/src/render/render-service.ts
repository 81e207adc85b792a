import type { DaemonServiceResult } from '@agent-brain/contract/commands';
import { printableLine, printableText } from '../terminal/index.ts';
import { renderFields } from './fields.ts';
import type { View } from './view.ts';

const states = {
  enabled: 'starts at login',
  disabled: 'does not start at login; clients start it when they need it',
  outdated: 'starts another program at login, or is there in part: `agent-brain daemon enable` mends it',
  foreign: 'something else has its name',
} as const;

/** Whether the daemon starts at login, or what would make it. */
export function renderService(result: DaemonServiceResult, view: View): string {
  // As it would stand in the file, so that it can be redirected into one.
  if (result.text !== undefined) return printableText(result.text).trimEnd();
  const did = { enable: 'Enabled', disable: 'Disabled', status: '' }[result.action];
  const first = result.changed
    ? `${view.style('green', '✔')} ${did}: the user daemon ${states[result.state]}`
    : `The user daemon ${states[result.state]}`;
  const isThere = result.state !== 'disabled';
  const fields = renderFields(
    [
      [result.manager, isThere ? printableLine(result.file) : undefined],
      ['home', printableLine(result.home)],
      ['program', isThere ? printableLine(result.command.slice(0, 2).join(' ')) : undefined],
    ],
    view,
  );
  return `${first}.\n${fields}`;
}
