import { z } from 'zod';
import { globListSchema } from '../globs/index.ts';

export type ConfigScope = 'project' | 'user';

export interface ConfigKey<Schema extends z.ZodType = z.ZodType> {
  readonly schema: Schema;
  readonly default: z.infer<Schema>;
  /** Files that may set the key. What gives authority is never taken from a project's file. */
  readonly scope: readonly ConfigScope[];
  /** A limit that protects the machine: a project's file may lower it, and only the user may raise it. */
  readonly isLimit?: true;
  readonly unit?: string;
  readonly description: string;
}

const key = <Schema extends z.ZodType>(
  schema: Schema,
  fallback: z.infer<Schema>,
  scope: readonly ConfigScope[],
  description: string,
  unit?: string,
): ConfigKey<Schema> => ({ schema, default: fallback, scope, description, ...(unit === undefined ? {} : { unit }) });

const limit = <Schema extends z.ZodType>(of: ConfigKey<Schema>): ConfigKey<Schema> => ({ ...of, isLimit: true });

const both = ['project', 'user'] as const;
const user = ['user'] as const;
const globs = globListSchema({ least: 1, most: 256 });

/**
 * Every configuration key by its dotted path. Validation, `docs/configuration.md`, the JSON schema
 * for editors and the environment names all come from this table.
 */
export const configKeys = {
  mode: key(
    z.enum(['project', 'shared']),
    'project',
    both,
    'How the project is served: by an instance of its own, or by the user daemon (`shared`), which serves many projects',
  ),
  include: key(globs, [], both, 'Globs of the files to index; empty means all'),
  exclude: key(globs, [], both, 'Globs of files that are never indexed, besides the ignore files'),
  languages: key(z.array(z.string().min(1).max(64)).max(64), [], both, 'Languages to index; empty means all'),
  chunk_size: key(z.int().min(200).max(20_000), 1500, both, 'Size of a chunk', 'characters'),
  chunk_overlap: key(z.int().min(0).max(5_000), 0, both, 'What neighbouring chunks share', 'characters'),
  max_file_bytes: limit(
    key(
      z.int().min(1_000).max(1_000_000_000),
      1_000_000,
      both,
      'Larger files are skipped; source code may be four times as large, of data (CSV, logs, drawings) the head alone is read',
      'bytes',
    ),
  ),
  watch: key(
    z.boolean(),
    true,
    both,
    'Keep indexed folders fresh: a saved file is searchable at once; a request may say otherwise for its folder',
  ),
  log_level: key(z.enum(['trace', 'debug', 'info', 'warn', 'error']), 'info', both, 'Least important line that is logged'),
  bind_host: key(z.string().min(1).max(255), '127.0.0.1', user, 'Address the server listens on'),
  port: key(z.int().min(0).max(65_535), 0, user, 'Port the server listens on; 0 takes any free one'),
  allowed_hosts: key(z.array(z.string().min(1).max(255)).max(64), [], user, 'Further values of the Host header that are served'),
  data_dir: key(
    z.string().max(4096),
    '',
    user,
    'Where indexes are kept instead of in the state dir; absolute, one folder per project is made in it',
  ),
  log_dir: key(
    z.string().max(4096),
    '',
    user,
    'Where logs are kept instead of in the state dir; absolute, one folder per project is made in it',
  ),
  'queue.max': key(z.int().min(1).max(10_000), 100, user, 'Jobs that may wait', 'jobs'),
  'queue.timeout_s': key(z.number().min(0.1).max(604_800), 7200, user, 'Longest run of a job', 'seconds'),
  idle_stop_minutes: key(
    z.number().min(0).max(525_600),
    180,
    user,
    'An instance without requests, jobs or changes of watched files stops by itself after this time; 0 means never',
    'minutes',
  ),
  memory_limit_mb: key(
    z.int().min(0).max(1_048_576),
    0,
    user,
    'Indexing pauses above this resident memory of the server; 0 means no limit',
    'MiB',
  ),
  index_disk_limit_mb: key(z.int().min(0).max(1_048_576), 0, user, 'Indexing pauses above this size of the index; 0 means no limit', 'MiB'),
} as const satisfies Record<string, ConfigKey>;

export type ConfigKeyName = keyof typeof configKeys;
export const configKeyNames = Object.keys(configKeys) as ConfigKeyName[];

/** All values by dotted path, complete and valid. */
export type ConfigValues = { readonly [Name in ConfigKeyName]: z.infer<(typeof configKeys)[Name]['schema']> };

/** Prefixes of keys that carry authority; in a project's file they are reported and ignored, known or not. */
export const authorityKeys = [
  'bind_host',
  'port',
  'allowed_hosts',
  'data_dir',
  'log_dir',
  'embedding',
  'oidc',
  'remotes',
  'allow_',
  'fetch',
] as const;

/**
 * Keys, and groups of keys, that are specified and have no effect yet. A file may hold them already: it is read with a warning.
 */
export const plannedKeys = ['embedding', 'embedding_model', 'oidc', 'remotes', 'ide', 'fetch'] as const;

/** `queue.timeout_s` → `AGENT_BRAIN_QUEUE__TIMEOUT_S`. */
export const environmentName = (name: string): string => `AGENT_BRAIN_${name.replaceAll('.', '__').toUpperCase()}`;
