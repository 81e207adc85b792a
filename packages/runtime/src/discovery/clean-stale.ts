import fs from 'node:fs';
import path from 'node:path';
import { runtimeRecordSchema } from '@agent-brain/contract/instances';
import { cleanTemporaries } from '../files/index.ts';
import { tryAcquireLock } from '../locks/index.ts';
import { readRecord, removeRecord } from '../records/index.ts';
import { removeEntriesOf } from './instance-entries.ts';
import type { InstancePaths } from './instance-paths.ts';

/**
 * Removes what a dead instance left: runtime record, its entry in the home, pid, holder record, temporary files. Does so under the instance's
 * own lock, so that nothing of a live one, or of one that starts meanwhile, is touched; lock files stay.
 *
 * @returns names of the files removed from the state dir; none while the lock is held
 * @throws AgentBrainError STATE_DIR_NOT_WRITABLE, FILE_UNWRITABLE, FILE_UNREADABLE, STATE_DIR_UNSAFE, LOCK_UNSUPPORTED
 */
export async function cleanStale(paths: InstancePaths): Promise<string[]> {
  // A state dir that does not exist has no residue, and no lock file should be made in it.
  if (!fs.existsSync(path.dirname(paths.lockFile))) return [];
  const lock = await tryAcquireLock(paths.lockFile, { purpose: 'clean residue', record: false });
  if (lock === undefined) return [];
  try {
    return [...(await removeResidue(paths)), ...(await removed(paths.holderFile))];
  } finally {
    await lock.release();
  }
}

/**
 * The same for a starting instance, which holds the lock already: everything but the holder record, which is its own.
 * A discovery pointer stays: it belongs to the other mode.
 *
 * @returns names of the files removed from the state dir
 * @throws AgentBrainError STATE_DIR_NOT_WRITABLE, FILE_UNWRITABLE, FILE_UNREADABLE
 */
export async function removeResidue(paths: InstancePaths): Promise<string[]> {
  const record = await readRecord(paths.runtimeFile, runtimeRecordSchema);
  const isPointer = record.state === 'ok' && record.value.mode === 'shared';
  await removeEntriesOf(paths);
  return [
    ...(isPointer ? [] : await removed(paths.runtimeFile)),
    ...(await removed(paths.pidFile)),
    ...(await cleanTemporaries(paths.stateDir)),
  ];
}

const removed = async (file: string): Promise<string[]> => ((await removeRecord(file)) ? [path.basename(file)] : []);
