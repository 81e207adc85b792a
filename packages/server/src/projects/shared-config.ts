import type { ConfigValues } from '@agent-brain/contract/config';
import { loadConfig, type LoadedDaemonConfig } from '@agent-brain/runtime/config';
import { homePaths, type ProjectPaths } from '@agent-brain/runtime/project';
import type { ProjectLog, SharedProjectsOptions } from './shared-options.ts';

/**
 * The configuration of a project that the daemon serves: what the daemon says stands where the user's
 * configuration stands, so that the project's own file goes before it.
 *
 * @throws CONFIG_KEY_UNKNOWN, CONFIG_INVALID, FILE_UNREADABLE
 */
export async function sharedConfig(
  paths: ProjectPaths,
  { environment, config: daemon }: Pick<SharedProjectsOptions, 'environment' | 'config'>,
  log: ProjectLog,
): Promise<ConfigValues> {
  const loaded = await loadConfig({ home: homePaths(environment), projectConfigFile: paths.configFile, env: environment.env });
  for (const ignored of loaded.ignored) log.warn({ ...ignored }, 'a configuration key is ignored');
  for (const warning of loaded.warnings) log.warn({}, warning);
  const values: ConfigValues = { ...loaded.values, ...sizesOf(daemon, loaded.origins) };
  if (values.chunk_overlap < values.chunk_size) return values;
  log.warn(
    { chunk_overlap: values.chunk_overlap, chunk_size: values.chunk_size },
    "the daemon's chunk_overlap is no smaller than the project's chunk_size; without overlap",
  );
  return { ...values, chunk_overlap: 0 };
}

type Sizes = Partial<Pick<ConfigValues, 'chunk_size' | 'chunk_overlap'>>;

function sizesOf({ values }: LoadedDaemonConfig, origins: Awaited<ReturnType<typeof loadConfig>>['origins']): Sizes {
  const isWeaker = (key: 'chunk_size' | 'chunk_overlap'): boolean => origins[key].origin === 'user' || origins[key].origin === 'default';
  return {
    ...(isWeaker('chunk_size') ? { chunk_size: values.chunk_size } : {}),
    ...(isWeaker('chunk_overlap') ? { chunk_overlap: values.chunk_overlap } : {}),
  };
}
