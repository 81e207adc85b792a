import type { ConfigChangeResult, ConfigListResult } from '@agent-brain/contract/commands';
import { type ConfigKeyName, configKeyNames, configKeys } from '@agent-brain/contract/config';
import { AgentBrainError } from '@agent-brain/contract/errors';
import { nearestName } from '@agent-brain/contract/names';
import { loadConfig, type LoadedConfig, setConfigValue, unsetConfigValue } from '@agent-brain/runtime/config';
import { homePaths } from '@agent-brain/runtime/project';
import { type Call, type Command, locate } from '../call/index.ts';
import type { View } from '../render/index.ts';
import { renderTable } from '../tables/index.ts';
import { printableJson, printableLine } from '../terminal/index.ts';

type Entry = ConfigListResult['entries'][number];
type Result = (ConfigListResult & { readonly shown?: 'origins' }) | Entry | ConfigChangeResult;

const actions = ['list', 'get', 'set', 'unset'] as const;

export const config: Command<Result> = {
  spec: {
    description: 'Show and change the configuration. Without an action it lists what holds.',
    arguments: [
      { name: 'action', description: 'list (default), get, set or unset', values: actions },
      { name: 'key', description: 'A key such as chunk_size; `agent-brain help config` lists them', values: 'config-keys' },
      { name: 'value', description: 'For set: text, a number, true, false, or a list as JSON or with commas' },
    ],
    options: [
      { flags: '--show-origin', description: 'Show where each value comes from' },
      { flags: '--user', description: 'Change your own configuration instead of the one of the project' },
    ],
    examples: [
      { line: 'config list --show-origin', does: 'What holds, and why' },
      { line: 'config set exclude \'["**/fixtures/**"]\'', does: 'Leave files out, in this project' },
      { line: 'config set port 45000 --user', does: 'A key that only you may set' },
    ],
  },

  async run(call) {
    const [action = 'list', key, value, ...rest] = call.args;
    refuseExtra(action, [key, value, ...rest]);
    if (action === 'list') return { data: await list(call) };
    if (action === 'get') return { data: entryOf(await load(call), requireKey(key)) };
    if (action === 'set' || action === 'unset') return { data: await change(call, requireWord(key, action), value) };
    throw new AgentBrainError('ARGUMENT_INVALID', `There is no action ${JSON.stringify(action)} — config takes ${actions.join(', ')}`);
  },

  render,
};

function refuseExtra(action: string, given: readonly (string | undefined)[]): void {
  const takes = { list: 0, get: 1, set: 2, unset: 1 }[action] ?? given.length;
  const count = given.filter((word) => word !== undefined).length;
  if (count > takes) throw new AgentBrainError('ARGUMENT_INVALID', `config ${action} takes ${takes} words after it, and got ${count}`);
  if (action === 'set' && count < 2)
    throw new AgentBrainError('ARGUMENT_INVALID', 'config set needs a key and a value', { hint: 'agent-brain config set chunk_size 2000' });
}

function requireWord(key: string | undefined, action: string): string {
  if (key !== undefined) return key;
  throw new AgentBrainError('ARGUMENT_INVALID', `config ${action} needs a key`, { hint: 'See `agent-brain help config`.' });
}

function requireKey(key: string | undefined): ConfigKeyName {
  const word = requireWord(key, 'get');
  if (isKey(word)) return word;
  const near = nearestName(word, configKeyNames);
  throw new AgentBrainError('CONFIG_KEY_UNKNOWN', `There is no key ${JSON.stringify(word)}`, {
    hint: near === undefined ? 'See `agent-brain help config`.' : `Did you mean ${near}?`,
  });
}

/** Outside a project the user's configuration is all there is. */
async function load(call: Call): Promise<LoadedConfig> {
  const { environment } = call;
  const projectConfigFile = await projectFile(call);
  return await loadConfig({ home: homePaths(environment), projectConfigFile, env: environment.env });
}

async function projectFile(call: Call): Promise<string | undefined> {
  try {
    return (await locate(call)).paths.configFile;
  } catch (error) {
    if (call.globals.project === undefined && error instanceof AgentBrainError && error.code === 'PROJECT_ROOT_REFUSED') return undefined;
    throw error;
  }
}

async function list(call: Call): Promise<Result> {
  const loaded = await load(call);
  for (const warning of loaded.warnings) call.terminal.warn(warning);
  const data: ConfigListResult = {
    entries: configKeyNames.map((name) => entryOf(loaded, name)),
    ignored: loaded.ignored.map((ignored) => ({ ...ignored })),
  };
  return call.options['showOrigin'] === true && !call.globals.json ? { ...data, shown: 'origins' } : data;
}

const entryOf = ({ values, origins }: LoadedConfig, key: ConfigKeyName): Entry => ({
  key,
  value: values[key],
  origin: origins[key].origin,
  source: origins[key].source ?? null,
});

async function change(call: Call, key: string, text: string | undefined): Promise<ConfigChangeResult> {
  const { environment, options, terminal } = call;
  const isUser = options['user'] === true;
  if (text !== undefined && !isUser && isUsersOnly(key)) {
    throw new AgentBrainError('ARGUMENT_INVALID', `${key} would have no effect in a project — only the user may set it`, {
      hint: 'Repeat with `--user`.',
    });
  }
  const where = {
    scope: isUser ? 'user' : 'project',
    home: homePaths(environment),
    projectConfigFile: await projectFile(call),
    env: environment.env,
  } as const;
  const { file, value, changed } = text === undefined ? await unsetConfigValue(where, key) : await setConfigValue(where, key, text);
  const shadowed = text === undefined ? null : await shadowOf(call, key, file);
  if (shadowed !== null) terminal.warn(shadowNote(key, shadowed));
  else if (changed) terminal.note('A running instance takes it up with `agent-brain restart`.');
  return { key, value: value ?? null, file, changed, shadowed_by: shadowed };
}

type Shadow = NonNullable<ConfigChangeResult['shadowed_by']>;

/** The source that takes precedence over the value that was set; null when the value counts. */
async function shadowOf(call: Call, key: string, file: string): Promise<Shadow | null> {
  const { origins, values } = await load(call);
  if (!isKey(key)) return null;
  const { origin, source = '' } = origins[key];
  const isInForce = origin === (call.options['user'] === true ? 'user' : 'project') || source === file;
  return isInForce ? null : { origin, source, value: values[key] };
}

const shadowNote = (key: string, { origin, source, value }: Shadow): string => {
  const remedy = origin === 'env' ? `Unset the variable ${source}` : `Take it out there with \`agent-brain config unset ${key}\``;
  return `It has no effect here: ${key} is ${show(value)} by ${printableLine(source)}, which goes before. ${remedy}.`;
};

const isUsersOnly = (key: string): boolean => isKey(key) && !configKeys[key].scope.some((scope) => scope === 'project');

const isKey = (key: string): key is ConfigKeyName => (configKeyNames as readonly string[]).includes(key);

function render(data: Result, view: View): string {
  if ('entries' in data) return renderList(data, view);
  if ('origin' in data) return show(data.value);
  const file = printableLine(data.file);
  if (!data.changed)
    return data.value === null ? `${data.key} is not set in ${file}` : `${data.key} is ${show(data.value)} already in ${file}`;
  return data.value === null
    ? `${view.style('green', '✔')} Removed ${data.key} from ${file}`
    : `${view.style('green', '✔')} Set ${data.key} to ${show(data.value)} in ${file}`;
}

const show = (value: unknown): string => (typeof value === 'string' ? printableLine(value) : printableJson(value));

function renderList({ entries, ignored, shown }: ConfigListResult & { shown?: 'origins' }, view: View): string {
  const head = shown === undefined ? ['KEY', 'VALUE'] : ['KEY', 'VALUE', 'ORIGIN', 'SOURCE'];
  const rows = entries.map(({ key, value, origin, source }) => {
    const cells = [key, show(value) === '' ? '""' : show(value)];
    return shown === undefined ? cells : [...cells, origin, source === null ? '-' : printableLine(source)];
  });
  const warnings = ignored.map(
    ({ key, file, reason }) =>
      `${view.style('yellow', 'ignored:')} ${printableLine(key)} in ${printableLine(file)}: ${printableLine(reason)}`,
  );
  return [renderTable(head, rows, view), ...warnings].join('\n');
}
