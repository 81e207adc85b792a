import type { Mode } from '@agent-brain/client/discovery';
import type { StartOptions } from '@agent-brain/client/start';
import type { OptionSpec } from '../command-line/index.ts';
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
    mode: modeOf(call),
    timeoutMs: timeoutS === undefined ? undefined : timeoutS * 1000,
    onWait: () => terminal.note('Starting …'),
  };
}

/** `--mode` of the commands that start, stop and set up. */
export const modeOption = (description: string): OptionSpec => ({
  flags: '--mode <mode>',
  description,
  choices: ['project', 'shared'],
});

export const modeOf = ({ options }: Call): Mode | undefined => options['mode'] as Mode | undefined;
