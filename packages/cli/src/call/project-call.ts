import type { ApiClient } from '@agent-brain/client/api';
import {
  type DaemonState,
  findDaemon,
  findInstance,
  type Instance,
  type InstanceState,
  locateProject,
  type ProjectLocation,
  wantedMode,
} from '@agent-brain/client/discovery';
import { AgentBrainError, isAgentBrainError } from '@agent-brain/contract/errors';
import { homePaths } from '@agent-brain/runtime/project';
import type { Call } from './command.ts';
import { tellEarlierState } from './earlier-state.ts';

/** The project that a call is about. */
export const locate = (call: Call): Promise<ProjectLocation> => locateProject(call.environment, { project: call.globals.project });

export interface ConfiguredProject {
  readonly location: ProjectLocation;
  /** Warnings about the configuration: keys that the project's file may not set, and keys without meaning. */
  readonly notes: readonly string[];
}

/** {@link locateConfigured} for those who do not show the notes. */
export const locateWithConfig = async (call: Call, options: { lenient?: boolean } = {}): Promise<ProjectLocation> =>
  (await locateConfigured(call, options)).location;

/**
 * The same for commands that show or use the log and data directories, which the user's configuration may move.
 * @throws CONFIG_INVALID, CONFIG_KEY_UNKNOWN; with `lenient` a wrong configuration counts as none
 */
export async function locateConfigured(call: Call, options: { lenient?: boolean } = {}): Promise<ConfiguredProject> {
  const location = await locate(call);
  const { ignoredNotes, loadConfig } = await import('@agent-brain/runtime/config');
  const { environment, globals } = call;
  try {
    const { values, ignored, warnings } = await loadConfig({
      home: homePaths(environment),
      projectConfigFile: location.paths.configFile,
      env: environment.env,
    });
    const notes = [...ignoredNotes(ignored), ...warnings];
    if (values.data_dir === '' && values.log_dir === '') return { location, notes };
    return { location: await locateProject(environment, { project: globals.project, config: values }), notes };
  } catch (error) {
    if (options.lenient === true && isAgentBrainError(error)) return { location, notes: [] };
    throw error;
  }
}

/** @throws INSTANCE_NOT_RUNNING, INSTANCE_UNRESPONSIVE, INSTANCE_INCOMPATIBLE */
async function requireRunning(found: InstanceState, location: ProjectLocation, { environment, signal }: Call): Promise<Instance> {
  if (found.state === 'running') return found.instance.requireCompatible();
  if (found.state === 'unresponsive') throw found.error;
  if (found.state === 'stopped') {
    const { mode } = await wantedMode(location, environment);
    if (mode === 'shared') throw notRunning(location, await findDaemon(location.daemon, { signal }));
  }
  const what = found.state === 'starting' ? 'is still starting' : 'is not running';
  throw new AgentBrainError('INSTANCE_NOT_RUNNING', `The instance of ${location.root} ${what}`, {
    data: { project_root: location.root, state: found.state },
  });
}

/** Why a project in shared mode is not served: its daemon does not run, or does not know it. */
function notRunning({ root, daemon }: ProjectLocation, found: DaemonState): AgentBrainError {
  if (found.state === 'unresponsive') return found.error;
  const isRunning = found.state === 'running';
  const why = isRunning
    ? `The user daemon (pid ${found.instance.pid}) does not serve ${root}`
    : `The user daemon of ${daemon.home}, which is to serve ${root}, ${found.state === 'starting' ? 'is still starting' : 'is not running'}`;
  return new AgentBrainError('INSTANCE_NOT_RUNNING', why, {
    hint: isRunning
      ? 'Register the project: `agent-brain start`; `index` and `query` do it with `--start`.'
      : 'Start it with this project: `agent-brain start`; `index` and `query` do it with `--start`.',
    data: { project_root: root, state: found.state, mode: 'shared', home: daemon.home },
  });
}

/** A client of an instance, for one request after the other. */
export const connect = (instance: Instance, options: { keepAlive?: boolean; timeoutMs?: number } = {}): ApiClient =>
  instance.connect(options);

/** The instance of a project, started when `--start` allows it. @throws as {@link requireRunning}, and what a start throws */
export async function reachInstance(location: ProjectLocation, call: Call): Promise<Instance> {
  const found = await findInstance(location, { signal: call.signal });
  if (found.state === 'running' || call.options['start'] !== true) return await requireRunning(found, location, call);
  const { startInstance } = await import('@agent-brain/client/start');
  await tellEarlierState(location, call);
  call.terminal.note(`Starting what serves ${location.root} …`);
  return (await startInstance(location, { environment: call.environment, program: call.program, signal: call.signal })).instance;
}
