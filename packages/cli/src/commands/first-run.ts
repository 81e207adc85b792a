import type { Command } from '../call/index.ts';
import { type FirstRun, performFirstRun, renderFirstRun } from '../first-run/index.ts';

const sampleQuestion = 'how is a process verified before a signal is sent';

export const firstRun: Command<FirstRun> = {
  spec: {
    description: 'Start the instance of this project, index it, and ask it a first question.',
    options: [{ flags: '--question <text>', description: 'What to ask' }],
    examples: [{ line: 'first-run', does: 'What `npm start` does in the repository of agent-brain' }],
  },

  async run(call) {
    return { data: await performFirstRun(call, (call.options['question'] as string | undefined) ?? sampleQuestion) };
  },

  render: (data, view) => renderFirstRun(data, view, 'npx agent-brain'),
};
