import { AgentBrainError } from '@agent-brain/contract/errors';
import type { Command } from '../call/index.ts';
import { type HelpView, renderCommandHelp, renderRootHelp } from '../command-line/index.ts';
import type { Style } from '../terminal/index.ts';
import { commandTable } from './command-table.ts';
import { helpTopics, renderTopic } from './help-topics.ts';

interface Help {
  readonly topic: string | null;
  readonly text: string;
}

export const help: Command<Help> = {
  spec: {
    description: 'Show the help of a command or a topic.',
    arguments: [{ name: 'topic', description: `A command, or one of ${Object.keys(helpTopics).join(', ')}`, values: 'commands' }],
    examples: [
      { line: 'help query', does: 'The help of `agent-brain query`' },
      { line: 'help exit-codes', does: 'What the exit codes mean' },
    ],
  },

  async run({ args: [topic], globals, terminal }) {
    const style: Style = globals.json ? (_format, text) => text : terminal.stdout.style;
    // In a pipe nothing is wrapped: `grep` wants whole lines.
    const columns = terminal.stdout.isTTY && !globals.json ? terminal.stdout.columns : Number.POSITIVE_INFINITY;
    return { data: { topic: topic ?? null, text: await textOf(topic, { style, columns }) } };
  },

  render: (data) => data.text,
};

async function textOf(topic: string | undefined, view: HelpView): Promise<string> {
  if (topic === undefined) return renderRootHelp(commandTable, Object.entries(helpTopics), view);
  const entry = commandTable.find(({ name }) => name === topic);
  const parts = [
    entry === undefined ? undefined : renderCommandHelp(entry.name, (await entry.load()).spec, view),
    await renderTopic(topic, view),
  ].filter((part) => part !== undefined);
  // `config` is a command and a topic: its help is both.
  if (parts.length > 0) return parts.join('\n\n');
  throw new AgentBrainError('COMMAND_UNKNOWN', `Nothing is named ${JSON.stringify(topic)} — help knows commands and topics`, {
    hint: `Topics: ${Object.keys(helpTopics).join(', ')}. Commands: \`agent-brain --help\`.`,
  });
}
