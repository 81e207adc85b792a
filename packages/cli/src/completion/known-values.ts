import { configKeyNames, configKeys } from '@agent-brain/contract/config';
import { findInstance } from '@agent-brain/client/discovery';
import { homePaths } from '@agent-brain/runtime/project';
import { readRegistry } from '@agent-brain/runtime/registry';
import { type Call, connect, locate } from '../call/index.ts';
import type { Suggestion } from './suggest.ts';

/** Who presses the tab key does not wait for a server that has trouble. */
const PATIENCE_MS = 1_000;

export const configKeyValues = (): Suggestion[] =>
  configKeyNames.map((name) => ({ value: name, description: firstLine(configKeys[name].description) }));

/** Jobs of the running instance: running, waiting, then ended ones. */
export async function jobValues(call: Call): Promise<Suggestion[]> {
  const signal = AbortSignal.any([call.signal, AbortSignal.timeout(PATIENCE_MS)]);
  const found = await findInstance(await locate(call), { signal });
  if (found.state !== 'running') return [];
  const client = connect(found.instance, { timeoutMs: PATIENCE_MS });
  const { jobs } = await client.call('jobs', { query: { limit: 50 } }, { signal });
  return jobs.map(({ id, status, folder_path }) => ({ value: id, description: `${status} ${folder_path}` }));
}

export async function projectValues({ environment }: Call): Promise<Suggestion[]> {
  const { registry } = await readRegistry(homePaths(environment));
  return registry.entries.map(({ project_root, name }) => ({ value: project_root, description: name }));
}

const firstLine = (text: string): string => text.split('\n', 1)[0] ?? '';
