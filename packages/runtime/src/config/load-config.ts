import path from 'node:path';
import { type ConfigKeyName, configKeyNames, configKeys, type ConfigScope, type ConfigValues } from '@agent-brain/contract/config';
import { isEarlierConfig } from '../earlier-programs/index.ts';
import {
  type ConfigFile,
  type JsonObject,
  readConfigFile,
  configError,
  type ConfigProblem,
  pointerOf,
  shown,
} from '../config-files/index.ts';
import {
  type ConfigLayer,
  ignoreRaisedLimits,
  type IgnoredKey,
  layerOfEnvironment,
  layerOfFile,
  layerOfFlags,
  type OriginKind,
} from './config-layer.ts';
import { environmentWarnings } from './environment-names.ts';

export interface LoadConfigOptions {
  /** `HomePaths`, or as much of it as this needs. */
  home: { readonly configFile: string };
  /** Absent outside a project. */
  projectConfigFile?: string | undefined;
  env: Readonly<Record<string, string | undefined>>;
  /** By dotted key; texts as they were typed, or values. */
  flags?: Readonly<Record<string, unknown>> | undefined;
}

export interface ConfigOrigin {
  origin: OriginKind;
  /** The file, the variable, or `command line`; absent for a default. */
  source?: string;
}

export interface LoadedConfig {
  values: ConfigValues;
  origins: Record<ConfigKeyName, ConfigOrigin>;
  /** Keys of the project's file that it may not set. */
  ignored: IgnoredKey[];
  /** What a user should know, each a sentence. */
  warnings: string[];
}

/**
 * The configuration in force: command line over environment over project over user over defaults
 * (docs/design/instances.md#configuration). All that is wrong is in one error.
 *
 * @throws AgentBrainError CONFIG_KEY_UNKNOWN, CONFIG_INVALID (errors: JSON pointers), FILE_UNREADABLE
 */
export async function loadConfig(options: LoadConfigOptions): Promise<LoadedConfig> {
  const { config, problems } = await readConfig(options);
  const [first, ...others] = problems;
  if (first !== undefined) throw configError([first, ...others]);
  return config;
}

/**
 * Like {@link loadConfig}, but what is wrong is an answer; the values then leave it out.
 *
 * @param instead contents that are taken instead of the files', to see what they would give
 */
export async function readConfig(
  options: LoadConfigOptions,
  instead: { readonly [Scope in ConfigScope]?: JsonObject } = {},
): Promise<{ config: LoadedConfig; problems: ConfigProblem[] }> {
  const userFile = options.home.configFile;
  const projectFile = options.projectConfigFile;
  const user = instead.user === undefined ? await readConfigFile(userFile, { followLinks: true }) : asFile(instead.user);
  const hasProject = instead.project === undefined && projectFile !== undefined;
  const project = hasProject ? await readConfigFile(projectFile, { followLinks: false }) : asFile(instead.project ?? {});
  const earlier = [
    ...(isEarlierConfig(project.content) ? [notOurs(projectFile ?? '')] : []),
    ...(isEarlierConfig(user.content) ? [notOurs(userFile)] : []),
  ];
  const flagLayer = layerOfFlags(options.flags ?? {});
  const environmentLayer = layerOfEnvironment(options.env);
  const projectLayer = layerOfFile(ownContent(project), projectFile ?? '', 'project');
  const userLayer = layerOfFile(ownContent(user), userFile, 'user');
  ignoreRaisedLimits(projectLayer, [flagLayer, environmentLayer, userLayer]);
  const layers = [flagLayer, environmentLayer, projectLayer, userLayer];
  const ignored = layers.flatMap((layer) => layer.ignored);
  const config = {
    ...merge(layers),
    ignored,
    warnings: [...earlier, ...layers.flatMap((layer) => layer.warnings), ...environmentWarnings(options.env)],
  };
  const ofLayers = layers.flatMap((layer) => layer.problems);
  return { config, problems: [...user.problems, ...project.problems, ...ofLayers, ...crossProblems(config)] };
}

const ownContent = ({ content }: ConfigFile): JsonObject => (isEarlierConfig(content) ? {} : content);

const notOurs = (file: string): string =>
  `${file} belongs to the Python program agent-brain: it is left as it is, and none of its settings are used (docs/coming-from.md)`;

const asFile = (content: JsonObject): ConfigFile => ({ content, problems: [] });

function merge(layers: readonly ConfigLayer[]): Pick<LoadedConfig, 'values' | 'origins'> {
  const values: Record<string, unknown> = {};
  const origins = {} as Record<ConfigKeyName, ConfigOrigin>;
  for (const key of configKeyNames) {
    const layer = layers.find((candidate) => candidate.values.has(key));
    const found = layer?.values.get(key);
    values[key] = found === undefined ? configKeys[key].default : found.value;
    origins[key] = layer === undefined || found === undefined ? { origin: 'default' } : { origin: layer.origin, source: found.source };
  }
  return { values: values as ConfigValues, origins };
}

/** What no key shows by itself. */
function crossProblems({ values, origins }: Pick<LoadedConfig, 'values' | 'origins'>): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const add = (key: ConfigKeyName, why: string): void => {
    const source = origins[key].source ?? 'default';
    const message = `The value of ${key} is ${shown(values[key])} (${source}) — ${why}`;
    problems.push({ code: 'CONFIG_INVALID', source, key, pointer: pointerOf(key), message });
  };
  if (values.chunk_overlap >= values.chunk_size) {
    add('chunk_overlap', `it must be smaller than chunk_size, which is ${values.chunk_size} (${origins.chunk_size.source ?? 'default'})`);
  }
  for (const key of ['data_dir', 'log_dir'] as const) {
    if (values[key] !== '' && (!path.isAbsolute(values[key]) || values[key].includes('\0'))) add(key, 'it must be an absolute path');
  }
  return problems;
}
