import { execFile } from 'node:child_process';
import { AgentBrainError } from '@agent-brain/contract/errors';
import { launchCommand, type LaunchCommand, type LaunchPlace } from './launch-command.ts';

const TRIAL_MS = 30_000;

export interface FoundCommand {
  readonly command: LaunchCommand;
  readonly warnings: readonly string[];
}

export interface SearchPlace extends LaunchPlace {
  /** Of the user's shell; clients that are started from it have the same. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * The command for an entry, tried before it is written. A committed file names the program as everybody has it, on PATH; where
 * that is missing, or another program of this name, the entry names this installation by its path.
 *
 * @throws AGENT_COMMAND_UNUSABLE when this installation does not start either
 */
export async function findLaunchCommand(place: SearchPlace): Promise<FoundCommand> {
  const wanted = launchCommand(place);
  const fault = await faultOf(wanted, place);
  if (fault === undefined) return { command: wanted, warnings: [] };
  if (!place.isCommitted) throw unusable(wanted, fault);
  const ownCommand = launchCommand({ ...place, isCommitted: false });
  const ownFault = await faultOf(ownCommand, place);
  if (ownFault !== undefined) throw unusable(ownCommand, ownFault);
  return {
    command: ownCommand,
    warnings: [
      `\`agent-brain\` cannot be started from PATH (${fault}), so the entry names this installation by its path, which others do not have: before you commit the file, install agent-brain globally and repeat this`,
    ],
  };
}

/** Starts the program of an entry and asks for its version, in our own form: another program of this name has another one. */
function faultOf({ command, args }: LaunchCommand, { env }: SearchPlace): Promise<string | undefined> {
  const before = args.slice(0, args.indexOf('mcp'));
  return new Promise((resolve) => {
    execFile(command, [...before, 'version', '--json'], { env: { ...env }, timeout: TRIAL_MS, windowsHide: true }, (error, stdout) => {
      if (isOurs(stdout)) resolve(undefined);
      else if (error === null) resolve('it is another program');
      else if (error.code === 'ENOENT') resolve('it is not there');
      else resolve(`it ended with ${error.killed === true ? 'a timeout' : (error.code ?? error.signal ?? 'an error')}`);
    }).stdin?.end();
  });
}

function isOurs(output: string): boolean {
  try {
    const { data } = JSON.parse(output) as { data?: { protocol_version?: unknown } };
    return typeof data?.protocol_version === 'string';
  } catch {
    return false;
  }
}

const unusable = ({ command, args }: LaunchCommand, fault: string): AgentBrainError =>
  new AgentBrainError('AGENT_COMMAND_UNUSABLE', `The entry would start ${[command, ...args].join(' ')}, which does not work — ${fault}`);
