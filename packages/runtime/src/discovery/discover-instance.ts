import fs from 'node:fs';
import {
  type DaemonRecord,
  daemonRecordSchema,
  type DiscoveryPointer,
  type HolderRecord,
  type ProjectRuntimeRecord,
  runtimeRecordSchema,
} from '@agent-brain/contract/instances';
import { probeLock, readHolder } from '../locks/index.ts';
import { isSameProcess } from '../process/index.ts';
import { readRecord } from '../records/index.ts';
import { type EntryPlace, holderEntry } from './instance-entries.ts';
import {
  type DiscoverOptions,
  type Discovery,
  isOf,
  type Limits,
  lookUntilSettled,
  prove,
  type RecordPlace,
  type Unproven,
  unsupported,
} from './look-until-settled.ts';

/** The lock is held, and the record says that the user daemon of a home holds it. Nothing is proven yet. */
export interface ServedByDaemon {
  state: 'shared';
  pointer: DiscoveryPointer;
  holder: HolderRecord | undefined;
}

/** Where the instance of a project is looked for. */
export interface ProjectPlace extends RecordPlace, EntryPlace {}

/**
 * Finds the instance of a project: lock → entry in the home → proof. The record in the project is where the look begins and
 * proves nothing: a pull or a copy can put one there. Changes nothing on disk, signals nobody, and sends no token.
 *
 * @throws AgentBrainError RECORD_UNSUPPORTED_VERSION, when a live holder speaks another language; FILE_UNREADABLE,
 *   STATE_DIR_UNSAFE, LOCK_UNSUPPORTED; the reason of `signal`
 */
export const discoverInstance = (place: ProjectPlace, options: DiscoverOptions = {}): Promise<Discovery | ServedByDaemon> =>
  lookUntilSettled<Discovery | ServedByDaemon>(options, (limits) => lookAtProject(place, limits));

async function lookAtProject(place: ProjectPlace, limits: Limits): Promise<Discovery | ServedByDaemon> {
  const record = await readRecord(place.runtimeFile, runtimeRecordSchema);
  if (probeLock(place.lockFile) === 'free') {
    const isPointer = record.state === 'ok' && record.value.mode === 'shared';
    return { state: 'stopped', staleRecord: record.state !== 'missing' && !isPointer };
  }
  const read = await readHolder(place.lockFile);
  const holder = read.state === 'ok' ? read.value : undefined;
  const entry = await holderEntry(place, record.state === 'ok' ? record.value.instance_id : undefined);
  if (entry !== undefined) {
    const isHolder = holder !== undefined && isOf(holder, entry);
    // Another process has taken the lock since; it is alive, and no clone can foresee when it was started.
    if (holder !== undefined && !isHolder && (await isSameProcess(holder)) === 'same') return { state: 'starting', holder };
    return await prove(entry, isHolder ? holder : undefined, limits);
  }
  if (record.state === 'unsupported_version') throw unsupported(place.runtimeFile, record.version, holder);
  if (record.state !== 'ok') return { state: 'starting', holder };
  return record.value.mode === 'shared'
    ? { state: 'shared', pointer: record.value, holder }
    : await unconfirmed(record.value, holder, place);
}

/** A record that the home does not confirm. One that names no living process was left by a dead instance, or made up. */
async function unconfirmed(
  record: ProjectRuntimeRecord,
  holder: HolderRecord | undefined,
  { instancesDir, lockFile }: ProjectPlace,
): Promise<Unproven> {
  // A copy by hard links (`cp -al`) shares the lock of the original, which the home knows at its own place.
  if (fs.lstatSync(lockFile, { throwIfNoEntry: false })?.nlink !== 1) return { state: 'starting', holder };
  if ((await isSameProcess(record)) !== 'same' || (holder !== undefined && !isOf(holder, record))) return { state: 'starting', holder };
  const reason = `${instancesDir} does not know it: it was started with another AGENT_BRAIN_HOME, or by an earlier version`;
  return { state: 'unresponsive', pid: record.pid, reason, holder, isSettled: true };
}

/** Finds the user daemon of a home by record → lock → proof. @throws as {@link discoverInstance} */
export const discoverDaemon = (place: RecordPlace, options: DiscoverOptions = {}): Promise<Discovery<DaemonRecord>> =>
  lookUntilSettled<Discovery<DaemonRecord>>(options, (limits) => lookAtDaemon(place, limits));

async function lookAtDaemon(place: RecordPlace, limits: Limits): Promise<Discovery<DaemonRecord>> {
  const record = await readRecord(place.runtimeFile, daemonRecordSchema);
  if (probeLock(place.lockFile) === 'free') return { state: 'stopped', staleRecord: record.state !== 'missing' };
  const read = await readHolder(place.lockFile);
  const holder = read.state === 'ok' ? read.value : undefined;
  if (record.state === 'unsupported_version') throw unsupported(place.runtimeFile, record.version, holder);
  return record.state === 'ok' ? await prove(record.value, holder, limits) : { state: 'starting', holder };
}
