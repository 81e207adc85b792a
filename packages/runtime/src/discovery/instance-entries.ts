import fs from 'node:fs/promises';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { type InstanceEntry, instanceEntrySchema, type ProjectRuntimeRecord } from '@agent-brain/contract/instances';
import { asReadError, ensurePrivateDirectory, removeFile, systemCode } from '../files/index.ts';
import { isSameProcess } from '../process/index.ts';
import { readRecord, writeRecord } from '../records/index.ts';

/** Where the home says which instances hold the locks of which state dirs; absolute. `ProjectPaths` has these. */
export interface EntryPlace {
  readonly stateDir: string;
  readonly instancesDir: string;
}

const ENTRY_NAME = /^ab_[0-9a-f]{12}\.json$/;

const entryFile = (instancesDir: string, instanceId: string): string => path.join(instancesDir, `${instanceId}.json`);

/**
 * Says in the home that this process holds the lock of the state dir. To be called before the runtime record is published:
 * whoever finds the record finds the entry.
 *
 * @param uid owner that the directory must have; negative: not checked
 * @throws AgentBrainError DISK_FULL, STATE_DIR_NOT_WRITABLE, STATE_DIR_UNSAFE, FILE_UNWRITABLE
 */
export async function publishEntry(place: EntryPlace, record: ProjectRuntimeRecord, uid: number): Promise<void> {
  await ensurePrivateDirectory(place.instancesDir, { uid });
  await writeRecord(entryFile(place.instancesDir, record.instance_id), instanceEntrySchema, await entryFor(place, record), { mode: 0o600 });
}

/**
 * Publishes the entry again where it is missing or was changed. A home that was removed is not made again.
 *
 * @returns whether it was
 * @throws as {@link publishEntry}, FILE_UNREADABLE
 */
export async function keepEntry(place: EntryPlace, record: ProjectRuntimeRecord, uid: number): Promise<boolean> {
  const found = await readRecord(entryFile(place.instancesDir, record.instance_id), instanceEntrySchema);
  if (found.state === 'ok' && isDeepStrictEqual(found.value, await entryFor(place, record))) return false;
  if ((await inodeOf(path.dirname(place.instancesDir))) === undefined) return false;
  await publishEntry(place, record, uid);
  return true;
}

async function entryFor({ stateDir }: EntryPlace, record: ProjectRuntimeRecord): Promise<InstanceEntry> {
  return { ...record, state_dir: stateDir, state_dir_inode: (await inodeOf(stateDir)) ?? '' };
}

/** @throws AgentBrainError STATE_DIR_NOT_WRITABLE, FILE_UNWRITABLE */
export const withdrawEntry = async ({ instancesDir }: Pick<EntryPlace, 'instancesDir'>, instanceId: string): Promise<void> =>
  void (await removeFile(entryFile(instancesDir, instanceId)));

/**
 * The entry of the living process that says of itself that it holds the lock of this state dir.
 *
 * @param named the instance that the record in the project names; it is looked for first and believed no more than others
 * @throws AgentBrainError FILE_UNREADABLE when the directory of the entries cannot be read
 */
export async function holderEntry(place: EntryPlace, named: string | undefined): Promise<InstanceEntry | undefined> {
  const first = named === undefined ? undefined : await livingEntry(place, `${named}.json`);
  if (first !== undefined) return first;
  const found = await Promise.all((await namesIn(place.instancesDir)).map((name) => livingEntry(place, name)));
  return found.filter((entry) => entry !== undefined).toSorted((a, b) => b.started_at.localeCompare(a.started_at))[0];
}

async function livingEntry(place: EntryPlace, name: string): Promise<InstanceEntry | undefined> {
  const entry = await entryOf(place, name);
  if (entry === undefined) return undefined;
  const sameness = await isSameProcess(entry);
  return sameness === 'same' || sameness === 'unknown' ? entry : undefined;
}

/**
 * Removes what dead instances of this state dir have left in the home. Only for the holder of its lock.
 *
 * @throws AgentBrainError FILE_UNREADABLE, STATE_DIR_NOT_WRITABLE, FILE_UNWRITABLE
 */
export async function removeEntriesOf(place: EntryPlace): Promise<void> {
  for (const name of await namesIn(place.instancesDir)) {
    if ((await entryOf(place, name)) !== undefined) await removeFile(path.join(place.instancesDir, name));
  }
}

/** The entry in this file, when it is one of this state dir. */
async function entryOf({ stateDir, instancesDir }: EntryPlace, name: string): Promise<InstanceEntry | undefined> {
  const read = await readRecord(path.join(instancesDir, name), instanceEntrySchema).catch(() => undefined);
  if (read?.state !== 'ok' || `${read.value.instance_id}.json` !== name) return undefined;
  const isOurs = read.value.state_dir === stateDir || read.value.state_dir_inode === (await inodeOf(stateDir));
  return isOurs ? read.value : undefined;
}

const inodeOf = (directory: string): Promise<string | undefined> =>
  fs.lstat(directory, { bigint: true }).then(
    ({ dev, ino }) => `${dev}:${ino}`,
    () => undefined,
  );

async function namesIn(directory: string): Promise<string[]> {
  try {
    return (await fs.readdir(directory)).filter((name) => ENTRY_NAME.test(name)).toSorted();
  } catch (error) {
    // A home that is a file, or none, has no instances.
    if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR') return [];
    throw asReadError(error, directory);
  }
}
