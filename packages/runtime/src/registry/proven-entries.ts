import fs from 'node:fs/promises';
import path from 'node:path';
import { type RegistryEntry, type StateRecord, stateRecordSchema } from '@agent-brain/contract/instances';
import { systemCode } from '../files/index.ts';
import { readRecord } from '../records/index.ts';
import { type FoundStorage, readStoredProjects } from '../shared-storage/index.ts';

/**
 * What can be known of a registry that is lost: the projects of the user daemon, by their own records in the home. A record
 * counts while the state dir that it names is there and has the same random id, which no clone can know; and while the whole
 * project is not there, on a disk that is unplugged: whatever comes to its place has to have that id. Projects with an
 * instance of their own have no record in the home.
 *
 * @throws AgentBrainError FILE_UNREADABLE
 */
export async function provenEntries(projectsDir: string): Promise<RegistryEntry[]> {
  const proven = await Promise.all((await readStoredProjects(projectsDir)).map(entryOf));
  const byStateId = new Map(proven.filter((entry) => entry !== undefined).map((entry) => [entry.state_id, entry]));
  return [...byStateId.values()];
}

async function entryOf({ record, directory }: FoundStorage): Promise<RegistryEntry | undefined> {
  if (record.state !== 'ok') return undefined;
  const { served, schema_version: _of, ...stored } = record.value;
  const state = await stateOf(stored.state_dir);
  if (state === undefined ? !(await isGone(stored.project_root)) : state.state_id !== stored.state_id) return undefined;
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
