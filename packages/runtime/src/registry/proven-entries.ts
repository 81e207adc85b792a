import fs from 'node:fs/promises';
import path from 'node:path';
import { type RegistryEntry, registrySchema, stateIdsOf, type StateRecord, stateRecordSchema } from '@agent-brain/contract/instances';
import { systemCode } from '../files/index.ts';
import { readRecord } from '../records/index.ts';
import { type FoundStorage, readStoredProjects } from '../shared-storage/index.ts';

/** A row has some 300 bytes. */
export const MAX_REGISTRY_BYTES = 16 * 1024 * 1024;

/**
 * What can be known of a registry that is lost: what its copy says, and the records of the user daemon in the home. An entry
 * counts while the state dir that it names is there and has the same random id, which no clone can know; and while the whole
 * project is not there, on a disk that is unplugged: whatever comes to its place has to have that id.
 *
 * @throws AgentBrainError FILE_UNREADABLE
 */
export async function provenEntries({ projectsDir, copyFile }: { projectsDir: string; copyFile: string }): Promise<RegistryEntry[]> {
  const copied = await readRecord(copyFile, registrySchema, { maxBytes: MAX_REGISTRY_BYTES }).catch(() => undefined);
  const proven = await Promise.all([
    ...(await readStoredProjects(projectsDir)).map(entryOf),
    // Last: it says more of a project than the daemon's record.
    ...(copied?.state === 'ok' ? copied.value.entries : []).map(stillProven),
  ]);
  const byStateId = new Map(proven.filter((entry) => entry !== undefined).map((entry) => [entry.state_id, entry]));
  return [...byStateId.values()];
}

async function stillProven(entry: RegistryEntry): Promise<RegistryEntry | undefined> {
  return (await isProven(entry, await stateOf(entry.state_dir))) ? entry : undefined;
}

const isProven = async (
  { state_id, project_root }: Pick<RegistryEntry, 'state_id' | 'project_root'>,
  state: StateRecord | undefined,
): Promise<boolean> => (state === undefined ? await isGone(project_root) : stateIdsOf(state).includes(state_id));

async function entryOf({ record, directory }: FoundStorage): Promise<RegistryEntry | undefined> {
  if (record.state !== 'ok') return undefined;
  const { served, schema_version: _of, ...stored } = record.value;
  const state = await stateOf(stored.state_dir);
  if (!(await isProven(stored, state))) return undefined;
  return {
    ...stored,
    mode: served ? 'shared' : 'project',
    made_here: state?.made_here ?? false,
    first_seen: state?.created_at ?? (await fs.stat(directory)).mtime.toISOString(),
    last_started: null,
  };
}

async function stateOf(stateDir: string): Promise<StateRecord | undefined> {
  const state = await readRecord(path.join(stateDir, 'state.json'), stateRecordSchema).catch(() => undefined);
  return state?.state === 'ok' ? state.value : undefined;
}

const isGone = (root: string): Promise<boolean> =>
  fs.stat(root).then(
    () => false,
    (error: unknown) => systemCode(error) === 'ENOENT',
  );
