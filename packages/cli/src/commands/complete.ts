import type { Call, Command } from '../call/index.ts';
import { globalOptions } from '../command-line/index.ts';
import { type CompletionWorld, configKeyValues, jobValues, projectValues, suggest, type Suggestion } from '../completion/index.ts';
import { printableLine } from '../terminal/index.ts';
import { commandTable } from './command-table.ts';
import { helpTopics } from './help-topics.ts';

/** Called by the scripts of `completion`, at every press of the tab key: it answers, or it is silent, but it never complains. */
export const complete: Command<never> = {
  spec: {
    description: 'Print what may stand in place of the last word.',
    arguments: [{ name: 'words', description: 'Words behind the program name, behind `--`', variadic: true }],
    examples: [{ line: 'complete -- query --mo', does: 'What a shell asks' }],
  },

  async run(call) {
    const { words, paths } = await suggest(call.args, worldOf(call));
    const lines = words
      .filter(({ value }) => value === printableLine(value))
      .map(({ value, description }) => `${value}\t${oneLine(description)}`);
    call.terminal.stdout.print([...lines, `:${paths}`].join('\n'));
    return undefined;
  },

  render: () => '',
};

const worldOf = (call: Call): CompletionWorld => ({
  globalOptions,
  commands: commandTable.filter(({ hidden }) => hidden !== true).map(({ name, summary }) => ({ value: name, description: summary })),
  specOf: async (name) => (await commandTable.find((entry) => entry.name === name)?.load())?.spec,
  async valuesOf(source) {
    if (source === 'config-keys') return configKeyValues();
    if (source === 'commands') return helpValues();
    if (source === 'jobs') return await orNone(jobValues(call));
    return source === 'projects' ? await orNone(projectValues(call)) : [];
  },
});

const helpValues = (): Suggestion[] => [
  ...commandTable.filter(({ hidden }) => hidden !== true).map(({ name, summary }) => ({ value: name, description: summary })),
  ...Object.entries(helpTopics).map(([value, description]) => ({ value, description })),
];

const orNone = (values: Promise<readonly Suggestion[]>): Promise<readonly Suggestion[]> => values.catch(() => []);

const oneLine = (text: string): string => printableLine(text.replaceAll(/\s+/g, ' '));
