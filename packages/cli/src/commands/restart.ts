import { startInstance, stopInstance } from '@agent-brain/client/start';
import type { StartResult } from '@agent-brain/contract/commands';
import { type Command, locateWithConfig, refuseSharedMode, startOptions } from '../call/index.ts';
import { integer, seconds } from '../command-line/index.ts';
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
      {
        flags: '--mode <mode>',
        description: 'project: the instance of this project (default); this version refuses shared',
        choices: ['project', 'shared'],
      },
    ],
    examples: [{ line: 'restart', does: 'After an update or a change of the configuration' }],
  },

  async run(call) {
    refuseSharedMode(call.options['mode']);
    const location = await locateWithConfig(call);
    const options = startOptions(call);
    await stopInstance(location, { ...options, force: call.options['force'] === true });
    return { data: (await startInstance(location, options)).result };
  },

  render: renderStart,
};
