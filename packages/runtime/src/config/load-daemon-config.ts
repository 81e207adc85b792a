import { type ConfigValues, type DaemonConfig, daemonConfigSchema, environmentName } from '@agent-brain/contract/config';
import { type JsonObject, readConfigFile, configError, type ConfigProblem, pointerOf, shown } from '../config-files/index.ts';
import { COMMAND_LINE } from './config-layer.ts';
import { type ConfigOrigin, readConfig } from './load-config.ts';
import { judgeUnknownKeys } from './unknown-keys.ts';

export interface LoadDaemonConfigOptions {
  /** `shared_config.json`; `DaemonPaths` has it. */
  readonly configFile: string;
  /** The user's own `config.json`; `HomePaths` has it. */
  readonly userConfigFile: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** By key; texts as they were typed, or values. */
  readonly flags?: Readonly<Record<string, unknown>> | undefined;
}

export type DaemonKey = Exclude<keyof DaemonConfig, '$schema'>;

export interface LoadedDaemonConfig {
  readonly values: Readonly<Pick<DaemonConfig, DaemonKey>>;
  readonly origins: Readonly<Record<DaemonKey, ConfigOrigin>>;
  /** All other keys, as they hold for the daemon as a whole: log level, idle stop, hosts. */
  readonly user: ConfigValues;
  readonly warnings: string[];
}

const daemonKeys = Object.keys(daemonConfigSchema.shape).filter((key): key is DaemonKey => key !== '$schema');
/** The user's configuration has these as well, and means the same by them in both modes. */
const commonKeys: readonly DaemonKey[] = ['bind_host', 'chunk_size', 'chunk_overlap'];

/**
 * The configuration of the user daemon: command line over environment over `shared_config.json` over the user's
 * configuration over defaults. The user's `port` is that of project instances and does not count here, and 0, with
 * which an environment asks for any port, names no range.
 *
 * @throws AgentBrainError CONFIG_KEY_UNKNOWN, CONFIG_INVALID (errors: JSON pointers), FILE_UNREADABLE
 */
export async function loadDaemonConfig(options: LoadDaemonConfigOptions): Promise<LoadedDaemonConfig> {
  const file = await readConfigFile(options.configFile, { followLinks: true });
  const own = daemonLayers(options, file.content);
  const commonFlags = Object.fromEntries(Object.entries(options.flags ?? {}).filter(([key]) => !isDaemonOnly(key)));
  const { config, problems } = await readConfig({ home: { configFile: options.userConfigFile }, env: options.env, flags: commonFlags });

  const values: Record<string, unknown> = {};
  const origins = {} as Record<DaemonKey, ConfigOrigin>;
  for (const key of daemonKeys) {
    const found = own.values.get(key);
    const isCommon = commonKeys.includes(key);
    values[key] = found?.value ?? (isCommon ? config.values[key as keyof ConfigValues] : daemonConfigSchema.shape[key].parse(undefined));
    origins[key] = found?.origin ?? (isCommon ? config.origins[key as keyof ConfigValues] : { origin: 'default' });
  }
  const loaded: LoadedDaemonConfig = {
    values: values as LoadedDaemonConfig['values'],
    origins,
    user: config.values,
    warnings: [...own.warnings, ...config.warnings],
  };
  const [first, ...others] = [...file.problems, ...own.problems, ...problems, ...overlapProblem(loaded)];
  if (first !== undefined) throw configError([first, ...others]);
  return loaded;
}

const isDaemonOnly = (key: string): boolean => ['port', 'port_range', 'max_concurrent_indexing'].includes(key);

interface OwnValues {
  readonly values: Map<DaemonKey, { value: unknown; origin: ConfigOrigin }>;
  readonly problems: ConfigProblem[];
  readonly warnings: string[];
}

/** What is said for the daemon itself, the strongest source of each key. */
function daemonLayers({ configFile, env, flags = {} }: LoadDaemonConfigOptions, content: JsonObject): OwnValues {
  const unknown = Object.keys(content).filter((key) => key !== '$schema' && !daemonKeys.some((known) => known === key));
  const own: OwnValues = { values: new Map(), ...judgeUnknownKeys(unknown, configFile, daemonKeys) };
  for (const key of daemonKeys) {
    const variable = environmentName(key);
    const given = [
      { value: flags[key], origin: { origin: 'flag', source: COMMAND_LINE } },
      { value: env[variable] === '' ? undefined : env[variable], origin: { origin: 'env', source: variable } },
      { value: content[key], origin: { origin: 'user', source: configFile } },
    ] as const;
    const found = given.find(({ value }) => value !== undefined && !(key === 'port' && (value === 0 || value === '0')));
    if (found !== undefined) take(own, key, found);
  }
  return own;
}

function take(own: OwnValues, key: DaemonKey, { value, origin }: { value: unknown; origin: ConfigOrigin & { source: string } }): void {
  const isText = origin.origin !== 'user' && key !== 'bind_host' && typeof value === 'string' && /^\d+$/.test(value);
  const parsed = daemonConfigSchema.shape[key].safeParse(isText ? Number(value) : value);
  if (parsed.success) return void own.values.set(key, { value: parsed.data, origin });
  for (const issue of parsed.error.issues) {
    const message = `${sentenceOf(key, origin)} — ${issue.message}; found ${shown(value)}`;
    own.problems.push({ code: 'CONFIG_INVALID', source: origin.source, key, pointer: pointerOf(key, issue.path), message });
  }
}

function sentenceOf(key: string, { origin, source }: ConfigOrigin & { source: string }): string {
  if (origin === 'flag') return `The value of ${key} is wrong`;
  return origin === 'env' ? `The variable ${source} is wrong` : `The configuration ${source} is wrong at ${pointerOf(key)}`;
}

/** The user's configuration has passed this check; together with the daemon's it may not. */
function overlapProblem({ values, origins }: LoadedDaemonConfig): ConfigProblem[] {
  if (values.chunk_overlap < values.chunk_size) return [];
  const source = origins.chunk_overlap.source ?? 'default';
  const message = `The value of chunk_overlap is ${values.chunk_overlap} (${source}) — it must be smaller than chunk_size, which is ${values.chunk_size}`;
  return [{ code: 'CONFIG_INVALID', source, key: 'chunk_overlap', pointer: pointerOf('chunk_overlap'), message }];
}

/** The ports that a daemon of this configuration may have, in the order in which they are tried. */
export const daemonPorts = ({ port, port_range }: Pick<DaemonConfig, 'port' | 'port_range'>): number[] =>
  Array.from({ length: Math.min(port_range, 65_536 - port) }, (_, index) => port + index);
