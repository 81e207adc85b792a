import { AgentBrainError } from '@agent-brain/contract/errors';
import { isSameProcess } from '../process/index.ts';
import { type FileLock, tryAcquireLock } from './file-lock.ts';
import { readHolder } from './holder.ts';

/** Longest wait for a client that cleans up after a dead instance, which it does under this lock. */
const CLEANING_MS = 2_000;

/**
 * Takes the lock that a server holds as long as it serves something: a project, or a home. Whoever serves says so in the
 * holder record; who holds the lock without one is about to give it back.
 *
 * @param served for people: a project's root, or a home
 * @throws AgentBrainError INSTANCE_ALREADY_RUNNING (data: lock_file, pid where it is known); as `tryAcquireLock`
 */
export async function takeLifetimeLock(lockFile: string, { purpose, served }: { purpose: string; served: string }): Promise<FileLock> {
  const deadline = performance.now() + CLEANING_MS;
  for (;;) {
    const lock = await tryAcquireLock(lockFile, { purpose });
    if (lock !== undefined) return lock;
    const holder = await readHolder(lockFile);
    const sameness = holder.state === 'ok' ? await isSameProcess(holder.value) : 'gone';
    if (sameness === 'same' || sameness === 'unknown' || performance.now() >= deadline) throw await alreadyRunning(lockFile, served);
  }
}

async function alreadyRunning(lockFile: string, served: string): Promise<AgentBrainError> {
  const holder = await readHolder(lockFile);
  const pid = holder.state === 'ok' ? holder.value.pid : undefined;
  const who = pid === undefined ? 'another process' : `process ${pid}`;
  return new AgentBrainError('INSTANCE_ALREADY_RUNNING', `${served} is already served by ${who}, which holds ${lockFile}`, {
    data: { lock_file: lockFile, ...(pid === undefined ? {} : { pid }) },
  });
}
