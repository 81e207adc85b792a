import type { CallOptions } from '@agent-brain/client/api';
import {
  findDaemon,
  findInstance,
  type InstanceState,
  isInitialised,
  logFileOf,
  type Mode,
  type ProjectLocation,
  wantedMode,
} from '@agent-brain/client/discovery';
import type { StatusResult } from '@agent-brain/contract/commands';
import { type Command, locateConfigured } from '../call/index.ts';
import { renderStatus } from '../render/index.ts';
import { printConnection, recordOf, wantsConnection } from './status-connection.ts';

/** Who asks briefly (a hook, a prompt) would rather know nothing than wait. */
const BRIEF_MS = 1000;

export const status: Command<StatusResult> = {
  spec: {
    description: 'Show the instance of this project, what is indexed and what is going on. An instance that does not run is no error.',
    options: [
      { flags: '--brief', description: 'One line for a hook or a prompt; nothing for a project that was never initialised' },
      { flags: '--url', description: 'Print only the URL of the running instance' },
      { flags: '--token', description: 'Print only its bearer token, for a script; after the URL when both are asked for' },
      { flags: '--show', description: 'With --token: also on a terminal' },
    ],
    examples: [
      { line: 'status', does: 'From anywhere in the project' },
      { line: 'status --json | jq .data.running', does: 'For a script' },
      {
        line: 'status --token | sed "s/^/Authorization: Bearer /" | curl -H @- "$(agent-brain status --url)/health/status"',
        does: 'Call the HTTP API',
      },
    ],
  },

  async run(call) {
    const isBrief = call.options['brief'] === true;
    const timeoutMs = isBrief ? BRIEF_MS : undefined;
    const { location, notes } = await locateConfigured(call, { lenient: true });
    const initialised = await isInitialised(location, call.environment);
    const found: InstanceState =
      isBrief && !initialised ? { state: 'stopped' } : await findInstance(location, { signal: call.signal, timeoutMs });
    if (wantsConnection(call)) {
      await printConnection(found, location, call);
      return undefined;
    }
    const described = await describe(found, location, { signal: call.signal, timeoutMs });
    const { state } = found;
    const mode = state === 'running' ? found.instance.mode : (await wantedMode(location, call.environment)).mode;
    const places = {
      project_root: location.root,
      state_dir: location.paths.stateDir,
      record: state === 'running' ? recordOf(location, found.instance) : null,
      log_file: logFileOf(location, state === 'running' ? found.instance : mode),
    };
    const daemon = await daemonState(found, mode, location, { signal: call.signal, timeoutMs });
    const warnings = [...described.warnings, ...notes];
    return { data: { ...places, running: state === 'running', initialised, state, mode, daemon, ...described, warnings } };
  },

  render: renderStatus,
};

/** Of a project that is to be served by it, and is not. */
async function daemonState(
  found: InstanceState,
  mode: Mode,
  { daemon }: ProjectLocation,
  options: CallOptions,
): Promise<StatusResult['daemon']> {
  if (mode === 'project') return null;
  return found.state === 'stopped' ? (await findDaemon(daemon, options)).state : found.state;
}

async function describe(
  found: InstanceState,
  location: ProjectLocation,
  options: CallOptions,
): Promise<Pick<StatusResult, 'instance' | 'index' | 'warnings'>> {
  const warnings = [...location.warnings];
  if (found.state === 'unresponsive') warnings.push(`${found.error.message}. ${found.error.hint}`);
  if (found.state !== 'running') return { instance: null, index: null, warnings };
  const { instance } = found;
  if (!instance.isCompatible) {
    warnings.push(
      `It speaks protocol ${instance.protocolVersion}, this program another one. Next: agent-brain restart${instance.mode === 'shared' ? ' --mode shared' : ''}`,
    );
    return { instance: instance.view(), index: null, warnings };
  }
  const index = await instance.connect().call('status', { query: {} }, options);
  return { instance: instance.view(), index, warnings };
}
