import { errorKinds } from '@agent-brain/contract/errors';
import { type HelpView, rows, wrapText } from '../command-line/index.ts';

export const helpTopics: Readonly<Record<string, string>> = {
  'exit-codes': 'What the exit codes mean',
  environment: 'Variables that are read',
  config: 'Keys of the configuration',
};

/** The text of a topic; undefined when there is none of that name. */
export async function renderTopic(topic: string, view: HelpView): Promise<string | undefined> {
  if (topic === 'exit-codes') return exitCodes(view);
  if (topic === 'environment') return await environment(view);
  return topic === 'config' ? await configuration(view) : undefined;
}

const kindMeanings: Record<keyof typeof errorKinds, string> = {
  usage: 'What was asked for is wrong',
  precondition: 'Right call, wrong state',
  'not-found': 'What was named does not exist',
  busy: 'Held or full; worth another try',
  unavailable: 'Not running, or something it needs is down',
  auth: 'Not allowed',
  incompatible: 'Another version, or damaged data',
  internal: 'A fault of agent-brain',
};

function exitCodes(view: HelpView): string {
  const { style, columns } = view;
  const kinds = Object.entries(errorKinds).map(([kind, { exitCode }]): [number, string] => [
    exitCode,
    `${kindMeanings[kind as keyof typeof errorKinds]} (${kind})`,
  ]);
  const codes: [number, string][] = [
    [0, 'Success; also a query without results, and `status` of an instance that does not run'],
    ...kinds.toSorted(([a], [b]) => a - b),
    [78, 'Node.js is too old'],
    [130, 'Interrupted (Ctrl-C)'],
    [143, 'Terminated'],
  ];
  return [
    style('bold', 'Exit codes'),
    ...rows(
      codes.map(([code, meaning]): [string, string] => [String(code).padStart(3), meaning]),
      view,
    ),
    '',
    wrapText('`doctor` has its own: 0 nothing critical, 1 a critical finding, 2 the doctor itself failed.', columns),
    wrapText('Every error names its code, such as INSTANCE_NOT_RUNNING; docs/errors.md lists them all.', columns),
  ].join('\n');
}

async function environment(view: HelpView): Promise<string> {
  const { style } = view;
  const { configKeys, environmentName } = await import('@agent-brain/contract/config');
  const fixed: [string, string][] = [
    ['AGENT_BRAIN_PROJECT', 'Project to work on, as --project'],
    ['AGENT_BRAIN_HOME', 'Directory of the user instead of ~/.agent-brain (absolute)'],
    ['AGENT_BRAIN_STATE_DIR', 'State directory instead of PROJECT/.claude/agent-brain (absolute)'],
    ['AGENT_BRAIN_BIN', 'Program that is started as server (absolute)'],
    ['AGENT_BRAIN_PAGER, PAGER', 'Program for output that is longer than the screen (less); empty: none'],
    ['FORCE_HYPERLINK', '1: places are links in any terminal; 0: in none'],
    ['NO_COLOR, FORCE_COLOR', 'No colour; colour even in a pipe'],
  ];
  const keys = Object.entries(configKeys).map(([name, key]): [string, string] => [environmentName(name), key.description]);
  return [
    style('bold', 'Variables'),
    ...rows(fixed, view),
    '',
    style('bold', 'Keys of the configuration (help config)'),
    ...rows(keys, view),
  ].join('\n');
}

async function configuration(view: HelpView): Promise<string> {
  const { style, columns } = view;
  const { configKeys } = await import('@agent-brain/contract/config');
  const keys = Object.entries(configKeys).map(([name, key]): [string, string] => {
    const unit = key.unit === undefined ? '' : ` ${key.unit}`;
    const scope = key.scope.includes('project') ? '' : '; user only';
    return [name, `${key.description} (default ${JSON.stringify(key.default)}${unit}${scope})`];
  });
  return [
    style('bold', 'Configuration'),
    wrapText(
      'Flags win over variables, those over the config.json of the project, that over the one of the user, that over defaults.',
      columns,
    ),
    wrapText('A project may not set keys that are marked "user only": they would give a clone authority.', columns),
    '',
    ...rows(keys, view),
    '',
    'See what holds and where it comes from: agent-brain config list --show-origin',
  ].join('\n');
}
