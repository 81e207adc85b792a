import type { ListResult } from '@agent-brain/contract/commands';
import { renderTable } from '../tables/index.ts';
import { formatPlural, printableLine } from '../terminal/index.ts';
import type { View } from '../render/index.ts';

const color = { running: 'green', stopped: 'dim', starting: 'yellow', unresponsive: 'red', gone: 'dim' } as const;

export function renderList({ daemon, instances }: ListResult, view: View): string {
  const foot = daemon.state === 'stopped' ? [] : [renderDaemon(daemon, view)];
  if (instances.length === 0) return ['No instances. Next: agent-brain start', ...foot].join('\n');
  const rows = instances.map((row) => [
    `${printableLine(row.name)}${row.mode === 'shared' ? ' (shared)' : ''}`,
    view.style(color[row.state], row.state),
    row.url === null ? '-' : printableLine(row.url),
    row.pid === null ? '-' : String(row.pid),
    row.version === null ? '-' : printableLine(row.version),
    row.project_root === null ? '-' : printableLine(row.project_root),
  ]);
  return [renderTable(['PROJECT', 'STATE', 'URL', 'PID', 'VERSION', 'ROOT'], rows, view), ...foot].join('\n');
}

function renderDaemon({ state, url, pid, version, active_projects }: ListResult['daemon'], view: View): string {
  const facts = [
    ...(url === null ? [] : [printableLine(url)]),
    ...(pid === null ? [] : [`pid ${pid}`]),
    ...(version === null ? [] : [`version ${printableLine(version)}`]),
    ...(active_projects === null ? [] : [formatPlural(active_projects, 'project')]),
  ];
  return `User daemon: ${view.style(color[state], state)}${facts.length === 0 ? '' : ` (${facts.join(', ')})`}`;
}
