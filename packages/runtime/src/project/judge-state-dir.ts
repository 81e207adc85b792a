import fs from 'node:fs/promises';
import path from 'node:path';
import { AgentBrainError } from '@agent-brain/contract/errors';
import { type Registry, type RegistryEntry, stateIdsOf, type StateRecord, stateRecordSchema } from '@agent-brain/contract/instances';
import { readRecord } from '../records/index.ts';
import { findByStateDir, findByStateId } from '../registry/index.ts';
import type { ProjectPaths } from './project-paths.ts';
import { isForeign, type StateDirEntry } from './state-dir-entries.ts';

/**
 * What a state dir is, as found:
 * - `new`: nothing of value in it; with `entry`, when the registry knows a state dir of this very directory at this place, which
 *   was removed (`git clean -fdx`): what the home keeps of the project is still its own;
 * - `ours`: the registry knows its id, at this place, for this root;
 * - `moved`: the registry knows its id at a place where it no longer is;
 * - `copied`: the registry knows its id at a place where it still is (`cp -r`): this one is not the original;
 * - `unknown`: it has content, and the registry does not know it: it came with a clone or from another machine.
 */
export type Judgement =
  | { kind: 'new'; entry?: RegistryEntry }
  | { kind: 'ours' | 'moved'; state: StateRecord; entry: RegistryEntry }
  | { kind: 'copied' }
  | { kind: 'unknown'; state: StateRecord | undefined };

/**
 * @throws AgentBrainError STATE_DIR_TAKEN, RECORD_UNSUPPORTED_VERSION, FILE_UNREADABLE
 */
export async function judgeStateDir(
  paths: ProjectPaths,
  registry: Registry,
  entries: readonly StateDirEntry[],
  uid: number,
): Promise<Judgement> {
  const registered = findByStateDir(registry, paths.stateDir);
  await refuseTaken(paths, registered);
  const record = await readRecord(paths.stateFile, stateRecordSchema);
  if (record.state === 'unsupported_version' && registered !== undefined) {
    throw new AgentBrainError(
      'RECORD_UNSUPPORTED_VERSION',
      `Cannot use ${paths.stateDir} — its state.json has version ${record.version}, newer than this program`,
      {
        data: { file: paths.stateFile, version: record.version },
      },
    );
  }
  const found = record.state === 'ok' ? record.value : undefined;
  const entry = found === undefined ? undefined : findByIds(registry, found);
  const state = found === undefined || entry === undefined ? found : asKnownBy(entry, found);
  if (state === undefined || entry === undefined)
    return entries.some((one) => hasContent(one, uid)) ? { kind: 'unknown', state } : await judgeNew(paths, registered);
  if (entry.state_dir === paths.stateDir && entry.project_root === paths.root) return { kind: 'ours', state, entry };
  return (await isStillThere(entry, paths.stateDir)) ? { kind: 'copied' } : { kind: 'moved', state, entry };
}

/** Each home knows a state dir by an id of its own, which no clone can know. */
const findByIds = (registry: Registry, state: StateRecord): RegistryEntry | undefined =>
  stateIdsOf(state)
    .map((id) => findByStateId(registry, id))
    .find((entry) => entry !== undefined);

const asKnownBy = ({ state_id }: RegistryEntry, state: StateRecord): StateRecord =>
  state.state_id === state_id ? state : { ...state, state_id, other_ids: stateIdsOf(state).filter((id) => id !== state_id) };

async function judgeNew({ root }: ProjectPaths, registered: RegistryEntry | undefined): Promise<Judgement> {
  const isSame = registered?.project_root === root && registered.root_identity === (await rootIdentity(root));
  return isSame ? { kind: 'new', entry: registered } : { kind: 'new' };
}

/**
 * Which directory this is, as far as the file system tells: after a removal, another one may get the same inode, but not the
 * same time of birth.
 *
 * @returns opaque; `undefined` when there is no such directory
 */
export const rootIdentity = (root: string): Promise<string | undefined> =>
  fs.lstat(root, { bigint: true }).then(
    ({ dev, ino, birthtimeNs }) => `${dev}:${ino}:${birthtimeNs}`,
    () => undefined,
  );

/** An id and empty directories are what an interrupted first start leaves; nothing can be wrong with them. */
const hasContent = (entry: StateDirEntry, uid: number): boolean =>
  isForeign(entry, uid) && !entry.isEmptyDirectory && entry.name !== 'state.json';

/** Two roots on one state dir (a variable set for all of them) would mix two indexes. */
async function refuseTaken({ root, stateDir }: ProjectPaths, registered: RegistryEntry | undefined): Promise<void> {
  if (registered === undefined || registered.project_root === root) return;
  if (!(await isSameDirectory(registered.project_root, registered.project_root)) || (await isSameDirectory(registered.project_root, root)))
    return;
  throw new AgentBrainError(
    'STATE_DIR_TAKEN',
    `Will not keep the state of ${root} in ${stateDir} — it is the state directory of ${registered.project_root}`,
    {
      data: { state_dir: stateDir, project_root: registered.project_root },
    },
  );
}

async function isStillThere(entry: RegistryEntry, stateDir: string): Promise<boolean> {
  // A bind mount shows one directory at two places; nothing was copied.
  if (entry.state_dir === stateDir || (await isSameDirectory(entry.state_dir, stateDir))) return false;
  const original = await readRecord(path.join(entry.state_dir, 'state.json'), stateRecordSchema).catch(() => undefined);
  return original?.state === 'ok' && stateIdsOf(original.value).includes(entry.state_id);
}

/** Whether both are there and are one directory. */
async function isSameDirectory(one: string, other: string): Promise<boolean> {
  const [first, second] = await Promise.all([one, other].map((directory) => fs.lstat(directory, { bigint: true }).catch(() => undefined)));
  return first !== undefined && second !== undefined && first.isDirectory() && first.ino === second.ino && first.dev === second.dev;
}
