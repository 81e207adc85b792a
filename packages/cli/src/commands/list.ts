import { findInstance, type InstanceState, locateEntry } from '@agent-brain/client/discovery';
import type { ListResult } from '@agent-brain/contract/commands';
import { isAgentBrainError } from '@agent-brain/contract/errors';
import type { RegistryEntry } from '@agent-brain/contract/instances';
import { homePaths } from '@agent-brain/runtime/project';
import { readRegistry } from '@agent-brain/runtime/registry';
import type { Call, Command } from '../call/index.ts';
import type { View } from '../render/index.ts';
import { renderTable } from '../tables/index.ts';
import { printableLine } from '../terminal/index.ts';

type Row = ListResult['instances'][number];

/** A live check must not let one hanging instance hold up the list. */
const checkTimeoutMs = 600;

export const list: Command<ListResult> = {
  spec: {
    description: 'Show the running instances of all projects of this user, each one checked.',
    options: [{ flags: '-a, --all', description: 'Also projects whose instance does not run' }],
    examples: [
      { line: 'list', does: 'What runs' },
      { line: 'list --all', does: 'Every project that was ever started here' },
    ],
  },

  async run(call) {
    const { registry, warnings } = await readRegistry(homePaths(call.environment));
    for (const warning of warnings) call.terminal.warn(warning);
    const rows = await Promise.all(registry.entries.map((entry) => check(entry, call)));
    const shown = rows.filter((row) => call.options['all'] === true || (row.state !== 'stopped' && row.state !== 'gone'));
    return { data: { instances: shown.toSorted((a, b) => compare(a.name, b.name) || compare(a.project_root, b.project_root)) } };
  },

  render: renderList,
};

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

async function check(entry: RegistryEntry, call: Call): Promise<Row> {
  const row: Row = {
    name: entry.name,
    project_root: entry.project_root,
    project_id: entry.project_id,
    mode: entry.mode,
    state: 'stopped',
    url: null,
    pid: null,
    version: null,
    active_projects: null,
  };
  const found = await find(entry, call);
  if (typeof found === 'string') return { ...row, state: found };
  if (found.state === 'unresponsive') return { ...row, state: found.state, pid: found.pid };
  if (found.state !== 'running') return { ...row, state: found.state };
  const { baseUrl, pid, version, health } = found.instance;
  return { ...row, state: 'running', url: baseUrl, pid, version, active_projects: health.active_projects ?? null };
}

/** One project that cannot be looked at must not hide all others. */
async function find(
  entry: RegistryEntry,
  { environment, signal, terminal }: Call,
): Promise<InstanceState | 'gone' | 'stopped' | 'unresponsive'> {
  try {
    const location = await locateEntry(entry, environment);
    return location === undefined ? 'gone' : await findInstance(location, { timeoutMs: checkTimeoutMs, signal });
  } catch (error) {
    if (!isAgentBrainError(error)) throw error;
    terminal.warn(error.message);
    // These two come from a lock that somebody holds.
    return error.code === 'RECORD_UNSUPPORTED_VERSION' || error.code === 'MODE_UNAVAILABLE' ? 'unresponsive' : 'stopped';
  }
}

function renderList({ instances }: ListResult, view: View): string {
  if (instances.length === 0) return 'No instances. Next: agent-brain start';
  const color = { running: 'green', stopped: 'dim', starting: 'yellow', unresponsive: 'red', gone: 'dim' } as const;
  const rows = instances.map((row) => [
    `${printableLine(row.name)}${row.mode === 'shared' ? ' (shared)' : ''}`,
    view.style(color[row.state], row.state),
    row.url === null ? '-' : printableLine(row.url),
    row.pid === null ? '-' : String(row.pid),
    row.version === null ? '-' : printableLine(row.version),
    printableLine(row.project_root),
  ]);
  return renderTable(['PROJECT', 'STATE', 'URL', 'PID', 'VERSION', 'ROOT'], rows, view);
}
