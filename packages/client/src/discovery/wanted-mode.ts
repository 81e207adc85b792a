import { readConfigFile } from '@agent-brain/runtime/config-files';
import { type Environment, homePaths } from '@agent-brain/runtime/project';
import { findByStateDir, readRegistry } from '@agent-brain/runtime/registry';
import type { ProjectLocation } from './project-location.ts';

export type Mode = 'project' | 'shared';

export interface ModeChoice {
  readonly mode: Mode;
  /** `registration`: it is registered with the user daemon, by `start --mode shared`, and no file says otherwise. */
  readonly source: 'flag' | 'environment' | 'project' | 'registration' | 'user' | 'default';
}

const isMode = (value: unknown): value is Mode => value === 'project' || value === 'shared';

/**
 * In which mode a project that nobody serves would be started: command line over environment over the project's
 * config.json over its registration with the user daemon over the user's configuration over the default. A
 * configuration that is wrong elsewhere still says this. The files are read without the schema of all keys, which is heavier
 * than the rest of this library.
 */
export async function wantedMode({ paths }: ProjectLocation, environment: Environment, flag?: Mode): Promise<ModeChoice> {
  if (flag !== undefined) return { mode: flag, source: 'flag' };
  const fromEnvironment = environment.env['AGENT_BRAIN_MODE'];
  if (isMode(fromEnvironment)) return { mode: fromEnvironment, source: 'environment' };
  const home = homePaths(environment);
  const project = await readConfigFile(paths.configFile, { followLinks: false });
  if (isMode(project.content['mode'])) return { mode: project.content['mode'], source: 'project' };
  const { registry } = await readRegistry(home);
  if (findByStateDir(registry, paths.stateDir)?.mode === 'shared') return { mode: 'shared', source: 'registration' };
  const user = await readConfigFile(home.configFile, { followLinks: true });
  return isMode(user.content['mode']) ? { mode: user.content['mode'], source: 'user' } : { mode: 'project', source: 'default' };
}
