import fs from 'node:fs/promises';
import path from 'node:path';
import { AgentBrainError } from '@agent-brain/contract/errors';
import { storedProjectSchema } from '@agent-brain/contract/instances';
import { removeResidue } from '@agent-brain/runtime/discovery';
import { ensurePrivateDirectory } from '@agent-brain/runtime/files';
import { type FileLock, takeLifetimeLock } from '@agent-brain/runtime/locks';
import {
  canonicalDirectory,
  type Environment,
  homePaths,
  prepareStateDir,
  type ProjectPaths,
  projectPaths,
} from '@agent-brain/runtime/project';
import { readRecord } from '@agent-brain/runtime/records';
import { noteStart, readRegistry } from '@agent-brain/runtime/registry';
import { readStoredProjects, type SharedStorage, sharedStorage, writeStoredProject } from '@agent-brain/runtime/shared-storage';
import { logOf, type SharedProjectsOptions } from './shared-options.ts';

/** A project whose lock the daemon holds. */
export interface Registered {
  /** Its data and queue lie in the home. */
  readonly paths: ProjectPaths;
  readonly storage: SharedStorage;
  readonly lock: FileLock;
  /** Its index was made at another place. */
  readonly moved: boolean;
}

/** What names the state dir of one project must not name that of all. */
const ofOneProject = ['AGENT_BRAIN_STATE_DIR', 'DOC_SERVE_STATE_DIR', 'AGENT_BRAIN_PROJECT'];

export function environmentOfProjects(environment: Environment): Environment {
  const env = Object.fromEntries(Object.entries(environment.env).filter(([name]) => !ofOneProject.includes(name)));
  return { ...environment, cwd: '/', env };
}

/** @throws REQUEST_INVALID, PROJECT_PATH_MISSING, PROJECT_PATH_NOT_DIRECTORY, PROJECT_PATH_UNREADABLE */
export async function rootOf(given: string, environment: Environment): Promise<string> {
  if (path.isAbsolute(given)) return await canonicalDirectory(given, environment);
  throw new AgentBrainError('REQUEST_INVALID', `project_root is ${JSON.stringify(given)} — it must be absolute`, {
    errors: [{ pointer: '/project_root', message: 'must be an absolute path' }],
  });
}

/**
 * Makes the state dir ready, takes the project's lock, and makes its storage. The registry says `shared` only when the lock
 * is ours: an instance of its own that serves the project meanwhile goes on as it was.
 *
 * @param root canonical
 * @throws INSTANCE_ALREADY_RUNNING; what preparing the state dir and writing the registry throw. Then no lock is held.
 */
export async function register(root: string, options: SharedProjectsOptions): Promise<Registered> {
  const { environment, paths: home } = options;
  const { registry } = await readRegistry(homePaths(environment));
  const prepared = await prepareStateDir(projectPaths(root, environment, { registry }), environment);
  const log = logOf(options.log, prepared.paths.projectId);
  for (const warning of prepared.warnings) log.warn({}, warning);
  const lock = await takeLifetimeLock(prepared.paths.lockFile, { purpose: `serve ${root}`, served: root });
  try {
    await removeResidue(prepared.paths);
    const { projectId } = prepared.paths;
    const storage = sharedStorage(home.projectsDir, projectId);
    const paths = { ...prepared.paths, dataDir: storage.dataDir, queueFile: storage.queueFile };
    await makeStorage(storage, { paths, stateId: prepared.stateId, projectsDir: home.projectsDir, uid: environment.uid });
    await noteStart(homePaths(environment), paths.stateDir, { mode: 'shared' });
    return { paths, storage, lock, moved: prepared.moved };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

interface StorageOwner {
  readonly paths: ProjectPaths;
  readonly stateId: string;
  readonly projectsDir: string;
  readonly uid: number;
}

/**
 * The index of a project is that of its state dir, not of its path: one that was moved takes its storage along, and what lies
 * at the place of a project that is gone is not served as that of the next one there.
 */
async function makeStorage(storage: SharedStorage, { paths, stateId, projectsDir, uid }: StorageOwner): Promise<void> {
  await ensurePrivateDirectory(projectsDir, { uid });
  const found = await readRecord(storage.recordFile, storedProjectSchema);
  if (found.state === 'ok' && found.value.state_id !== stateId) await fs.rm(storage.directory, { recursive: true, force: true });
  const all = found.state === 'ok' && found.value.state_id === stateId ? [] : await readStoredProjects(projectsDir);
  const before = all.find(
    ({ record, directory }) => record.state === 'ok' && record.value.state_id === stateId && directory !== storage.directory,
  );
  if (before !== undefined) {
    await fs.rm(storage.directory, { recursive: true, force: true });
    await fs.rename(before.directory, storage.directory);
  }
  for (const directory of [storage.directory, storage.dataDir, path.dirname(storage.queueFile)])
    await ensurePrivateDirectory(directory, { uid });
  await writeStoredProject(storage, {
    schema_version: 1,
    project_id: paths.projectId,
    project_root: paths.root,
    state_dir: paths.stateDir,
    state_id: stateId,
    name: path.basename(paths.root) || paths.root,
    served: true,
  });
}
