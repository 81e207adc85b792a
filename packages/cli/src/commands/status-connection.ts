import path from 'node:path';
import type { Instance, InstanceState, ProjectLocation } from '@agent-brain/client/discovery';
import { AgentBrainError } from '@agent-brain/contract/errors';
import { daemonRecordSchema, instanceEntrySchema } from '@agent-brain/contract/instances';
import { readRecord } from '@agent-brain/runtime/records';
import type { Call } from '../call/index.ts';

/** The file in the home that says how the instance is reached; it has the token. What lies in the project proves nothing. */
export const recordOf = ({ paths, daemon }: ProjectLocation, { mode, instanceId }: Instance): string =>
  mode === 'shared' ? daemon.runtimeFile : path.join(paths.instancesDir, `${instanceId}.json`);

export const wantsConnection = ({ options }: Call): boolean => options['url'] === true || options['token'] === true;

/**
 * Prints what a script needs to call the API, a line each: the URL, then the token. The token goes to a pipe or a file; to a
 * terminal, where it would stay on the screen, only with `--show`.
 *
 * @throws INSTANCE_NOT_RUNNING, INSTANCE_UNRESPONSIVE, INSTANCE_INCOMPATIBLE, ARGUMENT_INVALID
 */
export async function printConnection(
  found: InstanceState,
  location: ProjectLocation,
  { options, globals, terminal }: Call,
): Promise<void> {
  if (globals.json)
    throw new AgentBrainError('ARGUMENT_INVALID', '--url and --token are given with --json — with --json the output is one document', {
      hint: 'Read `data.instance.url` and the file `data.record` of `agent-brain status --json`.',
    });
  if (options['token'] === true && terminal.stdout.isTTY && options['show'] !== true)
    throw new AgentBrainError('ARGUMENT_INVALID', 'Will not print the token on a terminal — whoever sees the screen could use it', {
      hint: 'Send the output to a program, or add `--show`.',
    });
  if (found.state === 'unresponsive') throw found.error;
  if (found.state !== 'running')
    throw new AgentBrainError('INSTANCE_NOT_RUNNING', `The instance of ${location.root} is not running`, {
      data: { project_root: location.root, state: found.state },
    });
  const instance = found.instance.requireCompatible();
  if (options['url'] === true) terminal.stdout.print(instance.baseUrl);
  if (options['token'] === true) terminal.stdout.print(await tokenOf(location, instance));
}

async function tokenOf(location: ProjectLocation, instance: Instance): Promise<string> {
  const file = recordOf(location, instance);
  const read = instance.mode === 'shared' ? await readRecord(file, daemonRecordSchema) : await readRecord(file, instanceEntrySchema);
  if (read.state === 'ok' && read.value.instance_id === instance.instanceId) return read.value.token;
  throw new AgentBrainError('INSTANCE_NOT_RUNNING', `The record ${file} of the instance is gone — it was stopped a moment ago`, {
    data: { file },
  });
}
