import { stateIdsOf, stateRecordSchema } from '@agent-brain/contract/instances';
import { type Environment, homePaths } from '@agent-brain/runtime/project';
import { readRecord } from '@agent-brain/runtime/records';
import { findByStateDir, readRegistry } from '@agent-brain/runtime/registry';
import type { ProjectLocation } from './project-location.ts';

/**
 * Whether this user has initialised or started the project here. What a clone has brought along was made by somebody
 * else: the registry decides (docs/design/instances.md#trust). Programs that begin by themselves (a hook, an agent that
 * warms up) leave all other projects alone.
 */
export async function isInitialised({ paths }: ProjectLocation, environment: Environment): Promise<boolean> {
  const entry = findByStateDir((await readRegistry(homePaths(environment))).registry, paths.stateDir);
  if (entry === undefined) return false;
  const state = await readRecord(paths.stateFile, stateRecordSchema);
  return state.state === 'ok' && stateIdsOf(state.value).includes(entry.state_id);
}
