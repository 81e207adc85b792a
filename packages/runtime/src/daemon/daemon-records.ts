import fs from 'node:fs';
import fsp from 'node:fs/promises';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { type DaemonRecord, daemonRecordSchema } from '@agent-brain/contract/instances';
import { asReadError, asWriteError, removeFile, systemCode, readBoundedSync } from '../files/index.ts';
import { parseRecord, readRecord, type RecordState, writeRecord } from '../records/index.ts';
import { daemonEntryFile, type DaemonPaths, entryOwner } from './daemon-paths.ts';

/** @throws AgentBrainError FILE_UNREADABLE */
export const readDaemonRecord = (paths: Pick<DaemonPaths, 'runtimeFile'>): Promise<RecordState<DaemonRecord>> =>
  readRecord(paths.runtimeFile, daemonRecordSchema);

/** What a daemon process left of itself, or is living by. */
export interface DaemonEntry {
  /** As the file's name says. */
  readonly instanceId: string;
  readonly file: string;
  /** Never `missing`: an entry that vanishes while it is read is left out. One that names another instance or home is `corrupt`. */
  readonly record: Exclude<RecordState<DaemonRecord>, { state: 'missing' }>;
}

/**
 * The entries of a home, by name. Files of other names are no entries. An entry that this user may not read counts as
 * corrupt: nothing can be done with it, and the others are no worse for it.
 *
 * @throws AgentBrainError FILE_UNREADABLE when the directory itself cannot be read
 */
export async function readDaemonEntries(paths: Pick<DaemonPaths, 'entriesDir' | 'home'>): Promise<DaemonEntry[]> {
  const entries: DaemonEntry[] = [];
  for (const name of (await namesIn(paths.entriesDir)).toSorted()) {
    const instanceId = entryOwner(name);
    if (instanceId === undefined) continue;
    const file = path.join(paths.entriesDir, name);
    const record = await readRecord(file, daemonRecordSchema).catch(
      (error: Error) => ({ state: 'corrupt', reason: error.message }) as const,
    );
    if (record.state !== 'missing') entries.push({ instanceId, file, record: judged(record, instanceId, paths.home) });
  }
  return entries;
}

function judged(record: DaemonEntry['record'], instanceId: string, home: string): DaemonEntry['record'] {
  if (record.state !== 'ok') return record;
  if (record.value.instance_id !== instanceId) return { state: 'corrupt', reason: `it names the instance ${record.value.instance_id}` };
  if (record.value.home !== home) return { state: 'corrupt', reason: `it names the home ${record.value.home}` };
  return record;
}

async function namesIn(directory: string): Promise<string[]> {
  try {
    return await fsp.readdir(directory);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return [];
    throw asReadError(error, directory);
  }
}

/**
 * Publishes a daemon: its entry, then the record. Whoever finds the record finds the entry; of a daemon that dies
 * between the two, the entry tells who it was. The home is not made again: one that was removed is no longer ours.
 *
 * @throws AgentBrainError DISK_FULL, STATE_DIR_NOT_WRITABLE, STATE_DIR_UNSAFE, FILE_UNWRITABLE
 */
export async function publishDaemon(paths: DaemonPaths, record: DaemonRecord): Promise<void> {
  await keepDaemonEntry(paths, record);
  await publishDaemonRecord(paths, record);
}

/** The record alone, by which clients find the daemon. @throws as {@link publishDaemon} */
export const publishDaemonRecord = (paths: Pick<DaemonPaths, 'runtimeFile'>, record: DaemonRecord): Promise<void> =>
  writeRecord(paths.runtimeFile, daemonRecordSchema, record, { mode: 0o600 });

/**
 * Writes a daemon's entry where it is missing or was changed.
 *
 * @returns whether it was
 * @throws as {@link publishDaemon}
 */
export async function keepDaemonEntry(paths: DaemonPaths, record: DaemonRecord): Promise<boolean> {
  const file = daemonEntryFile(paths, record.instance_id);
  const found = await readRecord(file, daemonRecordSchema);
  if (found.state === 'ok' && isDeepStrictEqual(found.value, record)) return false;
  try {
    await fsp.mkdir(paths.entriesDir, { mode: 0o700 });
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw asWriteError(error, `make the directory ${paths.entriesDir}`, paths.entriesDir);
  }
  await writeRecord(file, daemonRecordSchema, record, { mode: 0o600 });
  return true;
}

/**
 * Takes a daemon's own record and entry back, the record first; those of others stay.
 *
 * @throws AgentBrainError STATE_DIR_NOT_WRITABLE, FILE_UNWRITABLE, FILE_UNREADABLE
 */
export async function withdrawDaemon(paths: DaemonPaths, record: DaemonRecord): Promise<void> {
  const published = await readDaemonRecord(paths);
  if (published.state === 'ok' && published.value.instance_id === record.instance_id) await removeFile(paths.runtimeFile);
  await removeFile(daemonEntryFile(paths, record.instance_id));
}

/** {@link withdrawDaemon} for a process that is about to die and cannot wait for anything. Never throws. */
export function withdrawDaemonNow(paths: DaemonPaths, record: DaemonRecord): void {
  try {
    fs.rmSync(daemonEntryFile(paths, record.instance_id), { force: true });
    const read = readBoundedSync(paths.runtimeFile);
    const published = read.state === 'ok' ? parseRecord(read.text, daemonRecordSchema) : read;
    const isOurs = published.state === 'ok' && published.value.instance_id === record.instance_id;
    for (const file of isOurs ? [paths.runtimeFile, paths.holderFile] : []) fs.rmSync(file, { force: true });
  } catch {
    // What stays is residue that the next start cleans: it knows it by the free lock.
  }
}
