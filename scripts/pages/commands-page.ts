import { type ArgumentSpec, type CommandSpec, globalOptions, type OptionSpec } from '../../packages/cli/src/command-line/index.ts';
import { commandTable } from '../../packages/cli/src/commands/index.ts';

/** `docs/commands.md`: every command with its options and examples, from the specs the parser uses. */
export async function commandsPage(): Promise<string> {
  const visible = commandTable.filter(({ hidden }) => hidden !== true);
  const overview = visible.map(({ name, group, summary }) => `| [\`${name}\`](#${anchorOf(name)}) | ${group} | ${summary} |`);
  const sections = await Promise.all(visible.map(async ({ name, load }) => section(name, (await load()).spec)));
  return `# Commands

\`agent-brain COMMAND\`; \`agent-brain help COMMAND\` says the same as this page. In a clone of the repository it is \`npx agent-brain\`.

| command | group | what it does |
|---|---|---|
${overview.join('\n')}

## Options of every command

${optionTable(globalOptions)}

${sections.join('\n\n')}
`;
}

const anchorOf = (name: string): string => `agent-brain-${name}`;

function section(name: string, { description, arguments: positional = [], options = [], examples, notes = [] }: CommandSpec): string {
  const usage = ['agent-brain', name, ...positional.map(argumentWord), ...(options.length > 0 ? ['[options]'] : [])].join(' ');
  return [
    `## agent-brain ${name}`,
    description,
    `\`\`\`\n${usage}\n\`\`\``,
    ...(positional.length > 0
      ? [positional.map(({ name: word, description: what }) => `- \`${word.toUpperCase()}\`: ${what}`).join('\n')]
      : []),
    ...(options.length > 0 ? [optionTable(options)] : []),
    `\`\`\`\n${examples.map(({ line, does }) => `agent-brain ${line}   # ${does}`).join('\n')}\n\`\`\``,
    ...notes,
  ].join('\n\n');
}

const argumentWord = ({ name, variadic = false }: ArgumentSpec): string => `[${name.toUpperCase()}${variadic ? ' …' : ''}]`;

function optionTable(options: readonly OptionSpec[]): string {
  const rows = options.map(({ flags, description, choices, repeatable = false }) => {
    const more = [...(choices === undefined ? [] : [`one of ${choices.join(', ')}`]), ...(repeatable ? ['repeatable'] : [])];
    return `| \`${flags}\` | ${[description, ...more].join('; ')} |`;
  });
  return `| option | what it does |\n|---|---|\n${rows.join('\n')}`;
}
