import { startInstance, stopDaemon, stopInstance } from '@agent-brain/client/start';
import type { StartResult } from '@agent-brain/contract/commands';
import { type Command, daemonOf, locateWithConfig, modeOf, modeOption, startOptions } from '../call/index.ts';
import { integer, seconds } from '../command-line/index.ts';
import { startDaemonAlone } from './start-daemon-alone.ts';
import { renderStart } from '../render/index.ts';

export const restart: Command<StartResult> = {
  spec: {
    description: 'Stop the instance of this project, if it runs, and start it with the version of this program.',
    options: [
      {
        flags: '--port <n>',
        description: 'Port to listen on (default: the configured one, 0 for any free)',
        parse: integer('--port', 0, 65_535),
      },
      { flags: '--timeout <s>', description: 'How long to wait for each half (default 20 and 30)', parse: seconds('--timeout') },
      { flags: '--force', description: 'Kill the old one if it does not end by itself' },
      modeOption('shared: the user daemon itself, for all its projects (default: what serves this project)'),
    ],
    examples: [
      { line: 'restart', does: 'After an update or a change of the configuration' },
      { line: 'restart --mode shared', does: 'The same for the user daemon' },
    ],
  },

  async run(call) {
    const force = call.options['force'] === true;
    const options = startOptions(call);
    const onWait = (message: string): void => call.terminal.note(message);
    if (modeOf(call) === 'shared') {
      await stopDaemon(daemonOf(call), { ...options, onWait, force });
      return { data: (await startDaemonAlone(call)).result };
    }
    const location = await locateWithConfig(call);
    await stopInstance(location, { ...options, onWait, force });
    return { data: (await startInstance(location, options)).result };
  },

  render: renderStart,
};
