import { findInstance, type InstanceState, type ProjectLocation } from '@agent-brain/client/discovery';
import type { StatusResult } from '@agent-brain/contract/commands';
import { type Call, type Command, locateWithConfig } from '../call/index.ts';
import { renderStatus } from '../render/index.ts';

export const status: Command<StatusResult> = {
  spec: {
    description: 'Show the instance of this project, what is indexed and what is going on. An instance that does not run is no error.',
    examples: [
      { line: 'status', does: 'From anywhere in the project' },
      { line: 'status --json | jq .data.running', does: 'For a script' },
    ],
  },

  async run(call) {
    const location = await locateWithConfig(call, { lenient: true });
    const found = await findInstance(location, { signal: call.signal });
    const places = { project_root: location.root, state_dir: location.paths.stateDir, log_file: location.paths.logFile };
    return { data: { ...places, running: found.state === 'running', state: found.state, ...(await describe(found, location, call)) } };
  },

  render: renderStatus,
};

async function describe(
  found: InstanceState,
  location: ProjectLocation,
  call: Call,
): Promise<Pick<StatusResult, 'instance' | 'index' | 'warnings'>> {
  const warnings = [...location.warnings];
  if (found.state === 'unresponsive') warnings.push(`${found.error.message}. ${found.error.hint}`);
  if (found.state !== 'running') return { instance: null, index: null, warnings };
  const { instance } = found;
  if (!instance.isCompatible) {
    warnings.push(`It speaks protocol ${instance.protocolVersion}, this program another one. Next: agent-brain restart`);
    return { instance: instance.view(), index: null, warnings };
  }
  const index = await instance.connect().call('status', { query: {} }, { signal: call.signal });
  return { instance: instance.view(), index, warnings };
}
