import { type Environment, homePaths } from '@agent-brain/runtime/project';
import { findByStateDir, readRegistry } from '@agent-brain/runtime/registry';
import type { ProjectLocation } from './project-location.ts';

export type Mode = 'project' | 'shared';

export interface ModeChoice {
  readonly mode: Mode;
  /** `registration`: it is registered with the user daemon, by `start --mode shared`, and no file says otherwise. */
  readonly source: 'flag' | 'environment' | 'project' | 'registration' | 'user' | 'default';
}

const sources = { flag: 'flag', env: 'environment', project: 'project', user: 'user', default: 'default' } as const;

/**
 * In which mode a project that nobody serves would be started: command line over environment over the project's
 * config.json over its registration with the user daemon over the user's configuration over the default. A
 * configuration that is wrong elsewhere still says this.
 */
export async function wantedMode({ paths }: ProjectLocation, environment: Environment, flag?: Mode): Promise<ModeChoice> {
  if (flag !== undefined) return { mode: flag, source: 'flag' };
  // Reading a configuration loads its whole schema, which a command that finds its instance running never needs.
  const { readConfig } = await import('@agent-brain/runtime/config');
  const home = homePaths(environment);
  const { config } = await readConfig({ home, projectConfigFile: paths.configFile, env: environment.env });
  const { origin } = config.origins.mode;
  if (origin === 'default' || origin === 'user') {
    const { registry } = await readRegistry(home);
    if (findByStateDir(registry, paths.stateDir)?.mode === 'shared') return { mode: 'shared', source: 'registration' };
  }
  return { mode: config.values.mode, source: sources[origin] };
}
