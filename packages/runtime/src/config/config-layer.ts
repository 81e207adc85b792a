import {
  authorityKeys,
  type ConfigKeyName,
  configKeyNames,
  configKeys,
  type ConfigScope,
  environmentName,
} from '@agent-brain/contract/config';
import { isObject, type JsonObject, type ConfigProblem, pointerOf, shown } from '../config-files/index.ts';
import { valueOfText } from './key-text.ts';
import { judgeUnknownKeys, unknownKey } from './unknown-keys.ts';
import { nearestName } from '@agent-brain/contract/names';

/** Where a value may come from, weakest last. */
export type OriginKind = 'flag' | 'env' | 'project' | 'user' | 'default';

export interface IgnoredKey {
  /** Dotted. */
  key: string;
  file: string;
  reason: string;
}

/** What one source says. */
export interface ConfigLayer {
  origin: OriginKind;
  values: Map<ConfigKeyName, { value: unknown; source: string }>;
  ignored: IgnoredKey[];
  problems: ConfigProblem[];
  /** Each a sentence. */
  warnings: string[];
}

const emptyLayer = (origin: OriginKind): ConfigLayer => ({ origin, values: new Map(), ignored: [], problems: [], warnings: [] });

export const isKey = (name: string): name is ConfigKeyName => Object.hasOwn(configKeys, name);

/**
 * The keys of a configuration file. A project's file came with a clone: what carries authority in it is ignored, and
 * reported (docs/design/instances.md#trust).
 */
export function layerOfFile(content: JsonObject, file: string, scope: ConfigScope): ConfigLayer {
  const layer = emptyLayer(scope);
  const unknown: string[] = [];
  const visit = (object: JsonObject, prefix: string): void => {
    for (const [name, value] of Object.entries(object)) {
      if (prefix === '' && name === '$schema') continue; // tells editors where the schema is
      const key = prefix + name;
      const reason = scope === 'project' ? reasonToIgnore(key) : undefined;
      if (reason !== undefined) layer.ignored.push({ key, file, reason });
      else if (name.includes('.') && isKey(key)) layer.problems.push(dottedKey(key, file));
      else if (isKey(key)) put(layer, key, value, file, `The configuration ${file} is wrong at ${pointerOf(key)}`);
      else if (!isGroup(key)) unknown.push(key);
      else if (isObject(value)) visit(value, `${key}.`);
      else layer.problems.push(notAGroup(key, value, file));
    }
  };
  visit(content, '');
  const { problems, warnings } = judgeUnknownKeys(unknown, file, configKeyNames);
  layer.problems.unshift(...problems);
  layer.warnings.push(...warnings);
  return layer;
}

/**
 * Takes out of a project's file each limit that is above the limit of the user, so that a clone cannot make the server
 * take more memory or time than its user allows. Each is reported as ignored.
 *
 * @param ofUser what the user has set, strongest first
 */
export function ignoreRaisedLimits(project: ConfigLayer, ofUser: readonly ConfigLayer[]): void {
  for (const key of limitKeys) {
    const asked = project.values.get(key);
    const limit = ofUser.find(({ values }) => values.has(key))?.values.get(key)?.value ?? configKeys[key].default;
    if (asked === undefined || Number(asked.value) <= Number(limit)) continue;
    project.values.delete(key);
    const reason = `${shown(asked.value)} is above the limit of ${shown(limit)}, which only the configuration of the user, the environment or the command line may raise`;
    project.ignored.push({ key, file: asked.source, reason });
  }
}

const limitKeys = configKeyNames.filter((key) => configKeys[key].isLimit === true);

function reasonToIgnore(key: string): string | undefined {
  const carriesAuthority = authorityKeys.some((prefix) => key === prefix || key.startsWith(prefix.endsWith('_') ? prefix : `${prefix}.`));
  const isForUsers = isKey(key) && !configKeys[key].scope.some((scope) => scope === 'project');
  return carriesAuthority || isForUsers ? 'only the configuration of the user, the environment or the command line may set it' : undefined;
}

const isGroup = (key: string): boolean => configKeyNames.some((name) => name.startsWith(`${key}.`));

function notAGroup(key: string, value: unknown, source: string): ConfigProblem {
  const message = `The configuration ${source} is wrong at ${pointerOf(key)} — expected an object of keys, found ${shown(value)}`;
  return { code: 'CONFIG_INVALID', source, key, pointer: pointerOf(key), message };
}

function dottedKey(key: string, source: string): ConfigProblem {
  const message = `The configuration ${source} has the key "${key}" in one piece — write it nested: ${nested(key)}`;
  return { code: 'CONFIG_KEY_UNKNOWN', source, key, message, pointer: `/${key}` };
}

const nested = (key: string): string => key.split('.').reduceRight((inner, step) => `{"${step}": ${inner}}`, '…');

function put(layer: ConfigLayer, key: ConfigKeyName, value: unknown, source: string, sentence: string): void {
  const parsed = configKeys[key].schema.safeParse(value);
  if (parsed.success) {
    layer.values.set(key, { value: parsed.data, source });
    return;
  }
  for (const issue of parsed.error.issues) {
    const message = `${sentence} — ${lowerFirst(issue.message)}; found ${shown(value)}`;
    layer.problems.push({ code: 'CONFIG_INVALID', source, key, pointer: pointerOf(key, issue.path), message });
  }
}

const lowerFirst = (text: string): string =>
  text.replace(/^Invalid (?:input|option): /, '').replace(/^[A-Z]/, (letter) => letter.toLowerCase());

/** A variable that is set to nothing counts as not set. */
export function layerOfEnvironment(env: Readonly<Record<string, string | undefined>>): ConfigLayer {
  const layer = emptyLayer('env');
  for (const key of configKeyNames) {
    const variable = environmentName(key);
    const text = env[variable];
    if (text !== undefined && text !== '') put(layer, key, valueOfText(key, text), variable, `The variable ${variable} is wrong`);
  }
  return layer;
}

export const COMMAND_LINE = 'command line';

/** A key that a person has typed. */
export const noSuchKey = (key: string): ConfigProblem =>
  unknownKey(key, COMMAND_LINE, `There is no configuration key "${key}"`, nearestName(key, configKeyNames));

/** @param flags by dotted key; texts as they were typed, or values */
export function layerOfFlags(flags: Readonly<Record<string, unknown>>): ConfigLayer {
  const layer = emptyLayer('flag');
  for (const [key, value] of Object.entries(flags)) {
    if (value === undefined) continue;
    if (isKey(key))
      put(layer, key, typeof value === 'string' ? valueOfText(key, value) : value, COMMAND_LINE, `The value of ${key} is wrong`);
    else layer.problems.push(noSuchKey(key));
  }
  return layer;
}
