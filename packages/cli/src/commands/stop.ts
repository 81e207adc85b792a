import type { StopResult } from '@agent-brain/contract/commands';
import { stopInstance } from '@agent-brain/client/start';
import { type Command, locateWithConfig, refuseSharedMode } from '../call/index.ts';
import { seconds } from '../command-line/index.ts';
import { renderStop } from '../render/index.ts';

export const stop: Command<StopResult> = {
  spec: {
    description:
      'Stop the instance of this project and wait until it is gone. A running job ends; what it has committed answers, and the next `index` goes on from there.',
    options: [
      { flags: '--timeout <s>', description: 'How long to wait until it is gone (default 20)', parse: seconds('--timeout') },
      { flags: '--force', description: 'Kill it if it does not end by itself' },
      {
        flags: '--mode <mode>',
        description: 'project: the instance of this project (default); this version refuses shared',
        choices: ['project', 'shared'],
      },
    ],
    examples: [
      { line: 'stop', does: 'Stop and wait' },
      { line: 'stop --force --timeout 5', does: 'Give it five seconds, then kill it' },
    ],
  },

  async run(call) {
    const { options, signal } = call;
    refuseSharedMode(options['mode']);
    const timeoutS = options['timeout'] as number | undefined;
    const data = await stopInstance(await locateWithConfig(call, { lenient: true }), {
      signal,
      force: options['force'] === true,
      timeoutMs: timeoutS === undefined ? undefined : timeoutS * 1000,
    });
    return { data };
  },

  render: renderStop,
};
