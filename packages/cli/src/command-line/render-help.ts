import { type CommandGroup, type CommandSpec, commandGroups, globalOptions, type OptionSpec } from './command-spec.ts';
import type { Style } from '../terminal/index.ts';

interface Listed {
  readonly name: string;
  readonly group: CommandGroup;
  readonly summary: string;
  readonly hidden?: boolean;
}

const documentation = [
  'Documentation: README.md and docs/ of the agent-brain package; the API of a running instance at its URL + /docs.',
  'Something wrong? `agent-brain doctor` looks for the reason.',
];

const firstSteps: readonly [string, string][] = [
  ['agent-brain start && agent-brain index', 'Index the project around you'],
  ['agent-brain query "where are locks taken"', 'Ask it'],
];

/** The short help of `agent-brain` alone. */
export const renderShortHelp = (style: Style): string =>
  [
    'agent-brain: search code and documents of a project, from the terminal and for coding agents.',
    '',
    style('bold', 'Start here:'),
    ...rows(firstSteps, style),
    '',
    'All commands: agent-brain --help',
  ].join('\n');

/** The help of `agent-brain --help`: examples first, commands by group. */
export function renderRootHelp(table: readonly Listed[], topics: readonly [string, string][], style: Style): string {
  const sections = [
    'agent-brain: search code and documents of a project, from the terminal and for coding agents.',
    section('Start here:', rows(firstSteps, style), style),
    section('Usage:', ['  agent-brain COMMAND [options]'], style),
  ];
  for (const group of commandGroups) {
    const listed = table.filter((entry) => entry.group === group && entry.hidden !== true).map(({ name, summary }): [string, string] => [name, summary]);
    if (listed.length > 0) sections.push(section(`${group}:`, rows(listed, style), style));
  }
  sections.push(
    section('Options of every command:', rows(globalOptions.map(describeOption), style), style),
    section('Topics (agent-brain help TOPIC):', rows(topics, style), style),
    documentation.join('\n'),
  );
  return sections.join('\n\n');
}

/** The help of one command. */
export function renderCommandHelp(name: string, spec: CommandSpec, style: Style): string {
  const parameters = (spec.arguments ?? []).map((argument) => `[${argument.name.toUpperCase()}${argument.variadic === true ? '…' : ''}]`);
  const examples = spec.examples.map(({ line, does }): [string, string] => [`agent-brain ${line}`, does]);
  const sections = [
    spec.description,
    section('Examples:', rows(examples, style), style),
    section('Usage:', [`  ${['agent-brain', name, ...parameters, '[options]'].join(' ')}`], style),
  ];
  if (spec.arguments !== undefined) {
    sections.push(section('Arguments:', rows(spec.arguments.map((argument): [string, string] => [argument.name.toUpperCase(), argument.description]), style), style));
  }
  if (spec.options !== undefined) sections.push(section('Options:', rows(spec.options.map(describeOption), style), style));
  sections.push(section('Options of every command:', rows(globalOptions.map(describeOption), style), style), ...(spec.notes ?? []));
  return sections.join('\n\n');
}

const section = (title: string, lines: readonly string[], style: Style): string => [style('bold', title), ...lines].join('\n');

const describeOption = (option: OptionSpec): [string, string] => [
  option.flags.startsWith('--') ? `    ${option.flags}` : option.flags,
  [option.description, ...(option.choices === undefined ? [] : [`(${option.choices.join(', ')})`]), ...(option.repeatable === true ? ['(repeatable)'] : [])].join(' '),
];

/** Two columns; a left side that is too long gets a line of its own. */
function rows(pairs: readonly (readonly [string, string])[], style: Style): string[] {
  const width = Math.min(34, Math.max(...pairs.map(([left]) => left.length)));
  return pairs.map(([left, right]) =>
    left.length > width ? `  ${style('cyan', left)}\n  ${' '.repeat(width)}  ${right}` : `  ${style('cyan', left)}${' '.repeat(width - left.length)}  ${right}`,
  );
}
