import { type DaemonState, findDaemon, findInstance, type InstanceState, locateEntry } from '@agent-brain/client/discovery';
import type { ListResult } from '@agent-brain/contract/commands';
import { isAgentBrainError } from '@agent-brain/contract/errors';
import type { RegistryEntry } from '@agent-brain/contract/instances';
import { homePaths } from '@agent-brain/runtime/project';
import { readRegistry } from '@agent-brain/runtime/registry';
import { type Call, type Command, daemonOf } from '../call/index.ts';
import { lostProjects, lostRow } from './lost-projects.ts';
import { renderList } from '../list-view/index.ts';

type Row = ListResult['instances'][number];

/** A live check must not let one hanging instance hold up the list. */
const checkTimeoutMs = 600;

export const list: Command<ListResult> = {
  spec: {
    description: 'Show what runs for all projects of this user, the user daemon included, each one checked.',
    options: [{ flags: '-a, --all', description: 'Also projects that nothing serves at the moment' }],
    examples: [
      { line: 'list', does: 'What runs' },
      { line: 'list --all', does: 'Every project that was ever started here' },
    ],
  },

  async run(call) {
    const home = homePaths(call.environment);
    const [{ registry, warnings }, daemon] = await Promise.all([readRegistry(home), checkDaemon(call)]);
    for (const warning of warnings) call.terminal.warn(warning);
    const known = await Promise.all(registry.entries.map((entry) => check(entry, call)));
    const lost = await lostProjects(home.projectsDir, registry.entries);
    const shown = [...known, ...lost.map(lostRow)].filter(
      (row) => call.options['all'] === true || (row.state !== 'stopped' && row.state !== 'gone'),
    );
    const instances = shown.toSorted((a, b) => compare(a.name, b.name) || compare(a.project_root ?? '', b.project_root ?? ''));
    return { data: { daemon, instances } };
  },

  render: renderList,
};

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

async function checkDaemon(call: Call): Promise<ListResult['daemon']> {
  const paths = daemonOf(call);
  const found = await findDaemon(paths, { timeoutMs: checkTimeoutMs, signal: call.signal }).catch((error: unknown): DaemonState => {
    if (!isAgentBrainError(error)) throw error;
    return { state: 'unresponsive', pid: null, error };
  });
  if (found.state === 'unresponsive') call.terminal.warn(found.error.message);
  const row = { home: paths.home, state: found.state, url: null, pid: null, version: null, active_projects: null };
  if (found.state === 'unresponsive') return { ...row, pid: found.pid };
  if (found.state !== 'running') return row;
  const { baseUrl, pid, version, activeProjects } = found.instance;
  return { ...row, url: baseUrl, pid, version, active_projects: activeProjects };
}

const emptyRow = { state: 'stopped', url: null, pid: null, version: null, active_projects: null } as const;

async function check(entry: RegistryEntry, call: Call): Promise<Row> {
  const { name, project_root, project_id, mode } = entry;
  const row: Row = { ...emptyRow, name, project_root, project_id, mode };
  const found = await find(entry, call);
  if (typeof found === 'string') return { ...row, state: found };
  if (found.state === 'unresponsive') return { ...row, state: found.state, pid: found.pid };
  if (found.state !== 'running') return { ...row, state: found.state };
  const { baseUrl, pid, version, health } = found.instance;
  return {
    ...row,
    state: 'running',
    mode: found.instance.mode,
    url: baseUrl,
    pid,
    version,
    active_projects: health.active_projects ?? null,
  };
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
    // This one comes from a lock that somebody holds.
    return error.code === 'RECORD_UNSUPPORTED_VERSION' ? 'unresponsive' : 'stopped';
  }
}
