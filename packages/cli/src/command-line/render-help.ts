import { type CommandGroup, commandGroups, type CommandSpec, type ExampleSpec, globalOptions, type OptionSpec } from './command-spec.ts';
import type { Style } from '../terminal/index.ts';
import { wrapText } from './wrap-text.ts';

/** How a help is shown. */
export interface HelpView {
  readonly style: Style;
  /** Width to wrap to; `Infinity` wraps nothing. */
  readonly columns: number;
}

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
export function renderRootHelp(table: readonly Listed[], topics: readonly [string, string][], view: HelpView): string {
  const { style, columns } = view;
  const sections = [
    wrapText('agent-brain: search code and documents of a project, from the terminal and for coding agents.', columns),
    section('Start here:', examples(firstSteps, style), style),
    section('Usage:', ['  agent-brain COMMAND [options]'], style),
  ];
  const shown = table.filter(({ hidden }) => hidden !== true);
  const width = Math.max(...shown.map(({ name }) => name.length));
  for (const group of commandGroups) {
    const listed = shown
      .filter((entry) => entry.group === group)
      .map(({ name, summary }): [string, string] => [name.padEnd(width), summary]);
    if (listed.length > 0) sections.push(section(`${group}:`, rows(listed, view), style));
  }
  sections.push(
    section('Options of every command:', rows(globalOptions.map(describeOption), view), style),
    section('Topics (agent-brain help TOPIC):', rows(topics, view), style),
    documentation.map((line) => wrapText(line, columns)).join('\n'),
  );
  return sections.join('\n\n');
}

/** The help of one command. */
export function renderCommandHelp(name: string, spec: CommandSpec, view: HelpView): string {
  const { style, columns } = view;
  const parameters = (spec.arguments ?? []).map((argument) => `[${argument.name.toUpperCase()}${argument.variadic === true ? '…' : ''}]`);
  const sections = [
    wrapText(spec.description, columns),
    section('Examples:', examples(spec.examples, style), style),
    section('Usage:', [`  ${['agent-brain', name, ...parameters, '[options]'].join(' ')}`], style),
  ];
  if (spec.arguments !== undefined) {
    sections.push(
      section(
        'Arguments:',
        rows(
          spec.arguments.map((argument): [string, string] => [argument.name.toUpperCase(), argument.description]),
          view,
        ),
        style,
      ),
    );
  }
  if (spec.options !== undefined) sections.push(section('Options:', rows(spec.options.map(describeOption), view), style));
  sections.push(
    section('Options of every command:', rows(globalOptions.map(describeOption), view), style),
    ...(spec.notes ?? []).map((note) => wrapText(note, columns)),
  );
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
export function rows(pairs: readonly (readonly [string, string])[], { style, columns }: HelpView): string[] {
  const width = Math.min(34, Math.max(...pairs.map(([left]) => left.length)));
  const indent = width + 4;
  return pairs.map(([left, right]) => {
    const text = wrapText(right, columns, indent);
    return left.length > width
      ? `  ${style('cyan', left)}\n${' '.repeat(indent)}${text}`
      : `  ${style('cyan', left)}${' '.repeat(width - left.length)}  ${text}`;
  });
}
