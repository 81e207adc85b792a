import fs from 'node:fs/promises';
import path from 'node:path';
import { type StoredProject, storedProjectSchema } from '@agent-brain/contract/instances';
import { asReadError, systemCode } from '../files/index.ts';
import { readRecord, type RecordState, writeRecord } from '../records/index.ts';

/** Where the user daemon keeps one project (docs/design/instances.md#user-daemon). Absolute. */
export interface SharedStorage {
  readonly directory: string;
  /** Says whose index it is. */
  readonly recordFile: string;
  readonly dataDir: string;
  readonly queueFile: string;
}

/** @param projectsDir `~/.agent-brain/projects/`, as `homePaths` or `daemonPaths` give it */
export function sharedStorage(projectsDir: string, projectId: string): SharedStorage {
  const directory = path.join(projectsDir, projectId);
  return {
    directory,
    recordFile: path.join(directory, 'project.json'),
    dataDir: path.join(directory, 'data'),
    queueFile: path.join(directory, 'queue', 'jobs.jsonl'),
  };
}

export interface FoundStorage {
  /** As the directory's name says. */
  readonly projectId: string;
  readonly directory: string;
  /** One that names another project is `corrupt`. */
  readonly record: RecordState<StoredProject>;
}

const PROJECT_ID = /^p_[0-9a-f]{8}(?:[0-9a-f]{8})?$/;

/**
 * What is kept in a home, by project id; also of projects that nobody serves any more.
 *
 * @throws AgentBrainError FILE_UNREADABLE when the directory itself cannot be read
 */
export async function readStoredProjects(projectsDir: string): Promise<FoundStorage[]> {
  const names = await fs.readdir(projectsDir).catch((error: unknown) => {
    // A home that is a file keeps nothing; who starts something there is told.
    if (['ENOENT', 'ENOTDIR'].includes(systemCode(error) ?? '')) return [];
    throw asReadError(error, projectsDir);
  });
  const ids = names.filter((name) => PROJECT_ID.test(name)).toSorted();
  return await Promise.all(
    ids.map(async (projectId) => {
      const { directory, recordFile } = sharedStorage(projectsDir, projectId);
      const record = await readRecord(recordFile, storedProjectSchema).catch(
        (error: Error) => ({ state: 'corrupt', reason: error.message }) as const,
      );
      const isOther = record.state === 'ok' && record.value.project_id !== projectId;
      return { projectId, directory, record: isOther ? { state: 'corrupt', reason: `it names ${record.value.project_id}` } : record };
    }),
  );
}

/** @throws AgentBrainError DISK_FULL, STATE_DIR_NOT_WRITABLE, FILE_UNWRITABLE */
export const writeStoredProject = (storage: Pick<SharedStorage, 'recordFile'>, record: StoredProject): Promise<void> =>
  writeRecord(storage.recordFile, storedProjectSchema, record, { mode: 0o600 });

/**
 * Notes whether the user daemon is to serve a project, where it keeps anything of it.
 *
 * @throws AgentBrainError FILE_UNREADABLE, DISK_FULL, STATE_DIR_NOT_WRITABLE, FILE_UNWRITABLE
 */
export async function noteServed(
  projectsDir: string,
  { project_id, state_id }: Pick<StoredProject, 'project_id' | 'state_id'>,
  served: boolean,
): Promise<void> {
  const storage = sharedStorage(projectsDir, project_id);
  const found = await readRecord(storage.recordFile, storedProjectSchema);
  if (found.state !== 'ok' || found.value.state_id !== state_id || found.value.served === served) return;
  await writeStoredProject(storage, { ...found.value, served });
}
