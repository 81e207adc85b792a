import fs from 'node:fs';
import path from 'node:path';
import { type Daemon, findDaemon, locateProject } from '@agent-brain/client/discovery';
import { startInstance } from '@agent-brain/client/start';
import type { QueryCommandResult } from '@agent-brain/contract/commands';
import { AgentBrainError } from '@agent-brain/contract/errors';
import type { QueryRequestInput } from '@agent-brain/contract/query';
import { homePaths } from '@agent-brain/runtime/project';
import { readRegistry } from '@agent-brain/runtime/registry';
import { type Call, daemonOf, startOptions } from '../call/index.ts';
import { chooseProjects, type KnownProject } from './choose-projects.ts';

/**
 * Asks several projects of the user daemon at once. With `--start` the daemon is started, and those that it does not
 * serve are registered.
 *
 * @param list as `--projects` gives it
 * @throws INSTANCE_NOT_RUNNING, INSTANCE_UNRESPONSIVE, PROJECT_UNKNOWN, ARGUMENT_INVALID, what a call throws
 */
export async function askProjects(list: string, body: QueryRequestInput, call: Call): Promise<QueryCommandResult> {
  const { environment, signal, options } = call;
  const { registry } = await readRegistry(homePaths(environment));
  const chosen = chooseProjects(list, registry.entries, canonical(environment.cwd));
  if (options['start'] === true) await serveAll(chosen, call);
  const daemon = await reachDaemon(call);
  const client = daemon.connect({ keepAlive: true });
  try {
    const { projects: served } = await client.call('projects', {}, { signal });
    const missing = chosen.filter(({ project_id }) => !served.some((one) => one.project_id === project_id));
    if (missing.length > 0) throw notServed(missing, daemon);
    const project_ids = chosen.map(({ project_id }) => project_id);
    const answer = await client.call('query', { body: { ...body, project_ids } }, { signal });
    return { ...answer, projects: chosen.map(({ project_id, name, project_root }) => ({ project_id, name, project_root })) };
  } finally {
    client.close();
  }
}

/** A working directory behind a link is the one that the link leads to. */
const canonical = (directory: string): string => fs.realpathSync.native(path.resolve(directory));

async function serveAll(chosen: readonly KnownProject[], call: Call): Promise<void> {
  const { environment } = call;
  for (const { project_root } of chosen) {
    const location = await locateProject(environment, { project: project_root });
    await startInstance(location, { ...startOptions(call), mode: 'shared' });
  }
}

async function reachDaemon(call: Call): Promise<Daemon> {
  const paths = daemonOf(call);
  const found = await findDaemon(paths, { signal: call.signal });
  if (found.state === 'running') return found.instance.requireCompatible();
  if (found.state === 'unresponsive') throw found.error;
  const what = found.state === 'starting' ? 'is still starting' : 'is not running';
  throw new AgentBrainError(
    'INSTANCE_NOT_RUNNING',
    `The user daemon of ${paths.home}, which answers for several projects at once, ${what}`,
    {
      hint: 'Start it: `agent-brain start --mode shared`; `query --projects` does it with `--start`.',
      data: { home: paths.home, state: found.state, mode: 'shared' },
    },
  );
}

function notServed(missing: readonly KnownProject[], { pid }: Daemon): AgentBrainError {
  const roots = missing.map(({ project_root }) => project_root);
  return new AgentBrainError('PROJECT_UNKNOWN', `The user daemon (pid ${pid}) does not serve ${roots.join(', ')}`, {
    hint: 'Run `agent-brain start --mode shared` in it, or add `--start` to this command.',
    data: { project_roots: roots },
  });
}
