import { type CommandGroup, commandGroups, type CommandSpec, type ExampleSpec, globalOptions, type OptionSpec } from './command-spec.ts';
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

const firstSteps: readonly ExampleSpec[] = [
  { line: 'start && agent-brain index', does: 'Index the project around you' },
  { line: 'query "where are locks taken"', does: 'Ask it' },
];

/** The short help of `agent-brain` alone. */
export const renderShortHelp = (style: Style): string =>
  [
    'agent-brain: search code and documents of a project, from the terminal and for coding agents.',
    '',
    style('bold', 'Start here:'),
    ...examples(firstSteps, style),
    '',
    'All commands: agent-brain --help',
  ].join('\n');

/** The help of `agent-brain --help`: examples first, commands by group. */
export function renderRootHelp(table: readonly Listed[], topics: readonly [string, string][], style: Style): string {
  const sections = [
    'agent-brain: search code and documents of a project, from the terminal and for coding agents.',
    section('Start here:', examples(firstSteps, style), style),
    section('Usage:', ['  agent-brain COMMAND [options]'], style),
  ];
  const shown = table.filter(({ hidden }) => hidden !== true);
  const width = Math.max(...shown.map(({ name }) => name.length));
  for (const group of commandGroups) {
    const listed = shown
      .filter((entry) => entry.group === group)
      .map(({ name, summary }): [string, string] => [name.padEnd(width), summary]);
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
  const sections = [
    spec.description,
    section('Examples:', examples(spec.examples, style), style),
    section('Usage:', [`  ${['agent-brain', name, ...parameters, '[options]'].join(' ')}`], style),
  ];
  if (spec.arguments !== undefined) {
    sections.push(
      section(
        'Arguments:',
        rows(
          spec.arguments.map((argument): [string, string] => [argument.name.toUpperCase(), argument.description]),
          style,
        ),
        style,
      ),
    );
  }
  if (spec.options !== undefined) sections.push(section('Options:', rows(spec.options.map(describeOption), style), style));
  sections.push(section('Options of every command:', rows(globalOptions.map(describeOption), style), style), ...(spec.notes ?? []));
  return sections.join('\n\n');
}

const section = (title: string, lines: readonly string[], style: Style): string => [style('bold', title), ...lines].join('\n');

const examples = (specs: readonly ExampleSpec[], style: Style): string[] =>
  specs.flatMap(({ line, does }) => [style('dim', `  # ${does}`), `  ${style('cyan', `agent-brain ${line}`)}`]);

const describeOption = (option: OptionSpec): [string, string] => [
  option.flags.startsWith('--') ? `    ${option.flags}` : option.flags,
  [
    option.description,
    ...(option.choices === undefined ? [] : [`(${option.choices.join(', ')})`]),
    ...(option.repeatable === true ? ['(repeatable)'] : []),
  ].join(' '),
];

/** Two columns; a left side that is too long gets a line of its own. */
function rows(pairs: readonly (readonly [string, string])[], style: Style): string[] {
  const width = Math.min(34, Math.max(...pairs.map(([left]) => left.length)));
  return pairs.map(([left, right]) =>
    left.length > width
      ? `  ${style('cyan', left)}\n  ${' '.repeat(width)}  ${right}`
      : `  ${style('cyan', left)}${' '.repeat(width - left.length)}  ${right}`,
  );
}
