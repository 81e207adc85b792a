import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { AgentBrainError } from '@agent-brain/contract/errors';
import { type HolderRecord, holderRecordSchema } from '@agent-brain/contract/instances';
import { PRODUCT_VERSION } from '@agent-brain/contract/version';
import { isSameProcess, selfIdentity } from '../process/index.ts';
import { readRecord, type RecordState, removeRecord, writeRecord } from '../records/index.ts';

/** `agent-brain.lock` → `agent-brain.holder.json`. A sibling: a record inside the lock file would swap or block it. */
export const holderFileOf = (lockFile: string): string =>
  path.join(path.dirname(lockFile), `${path.basename(lockFile, '.lock')}.holder.json`);

/**
 * Who says to hold the lock. It explains; whether the lock is held is the kernel's answer (`probeLock`): a killed
 * holder leaves its record, and a record takes a moment to appear.
 *
 * @throws AgentBrainError FILE_UNREADABLE
 */
export const readHolder = (lockFile: string): Promise<RecordState<HolderRecord>> => readRecord(holderFileOf(lockFile), holderRecordSchema);

/** Never throws: a lock that cannot be explained (disk full) is still a lock. */
export async function writeHolder(lockFile: string, purpose: string): Promise<void> {
  const { pid, startedAt } = await selfIdentity();
  const record: HolderRecord = {
    schema_version: 1,
    pid,
    process_started_at: startedAt,
    host: os.hostname(),
    version: PRODUCT_VERSION,
    acquired_at: new Date().toISOString(),
    purpose,
  };
  await writeRecord(holderFileOf(lockFile), holderRecordSchema, record).catch(() => {});
}

/** Never throws: what stays is residue, which `clearResidue` removes and the next holder replaces. */
export async function removeHolder(lockFile: string): Promise<void> {
  await removeRecord(holderFileOf(lockFile)).catch(() => {});
}

/** Age of the holder record in seconds; `undefined` when there is none. */
export async function holderAgeS(lockFile: string, now: number): Promise<number | undefined> {
  const found = await fs.lstat(holderFileOf(lockFile)).catch(() => undefined);
  return found === undefined ? undefined : (now - found.mtimeMs) / 1000;
}

/** LOCK_TIMEOUT with what is known about who is in the way: pid, purpose, age. */
export async function lockTimeout(lockFile: string, waitedMs: number): Promise<AgentBrainError> {
  const holder = await readHolder(lockFile).catch(() => ({ state: 'missing' }) as const);
  const waited = `Waited ${seconds(waitedMs)} s in vain for the lock ${lockFile}`;
  const data = { file: lockFile, waited_ms: Math.round(waitedMs) };
  if (holder.state !== 'ok') return new AgentBrainError('LOCK_TIMEOUT', `${waited} — its holder left no record`, { data });

  const { pid, purpose, acquired_at } = holder.value;
  const ageS = seconds(Math.max(0, Date.now() - Date.parse(acquired_at)));
  const sameness = await isSameProcess(holder.value);
  const isPast = sameness === 'gone' || sameness === 'other';
  const who = isPast
    ? `its holder left no record yet; the last one was process ${pid} (${purpose}), which has ended`
    : `process ${pid} has held it for ${ageS} s (${purpose})`;
  return new AgentBrainError('LOCK_TIMEOUT', `${waited} — ${who}`, { data: { ...data, ...(isPast ? {} : { pid, purpose, age_s: ageS }) } });
}

const seconds = (ms: number): number => Math.round(ms / 100) / 10;
