import type { StartOptions } from '@agent-brain/client/start';
import { AgentBrainError } from '@agent-brain/contract/errors';
import type { Call } from './command.ts';

/** Options of a start that every command that starts has. */
export function startOptions(call: Call): StartOptions {
  const { options, environment, program, signal, terminal } = call;
  const timeoutS = options['timeout'] as number | undefined;
  return {
    environment,
    program,
    signal,
    port: options['port'] as number | undefined,
    timeoutMs: timeoutS === undefined ? undefined : timeoutS * 1000,
    onWait: () => terminal.note('Starting …'),
  };
}

/** @throws MODE_UNAVAILABLE */
export function refuseSharedMode(mode: unknown): void {
  if (mode === 'shared')
    throw new AgentBrainError('MODE_UNAVAILABLE', '--mode is "shared" — this version serves each project by an instance of its own');
}
