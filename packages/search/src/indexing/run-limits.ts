import { AgentBrainError } from '@agent-brain/contract/errors';

const MEBIBYTE = 1024 * 1024;

export interface RunLimits {
  /** Resident memory of the process, MiB; 0 means no limit. */
  memoryLimitMb: number;
  /** Of the index on disk, MiB; 0 means no limit. */
  diskLimitMb: number;
}

/** Seconds after which a run that has paused is worth another try: its threads are gone by then, or someone has made room. */
const MEMORY_PAUSE_S = 5;
const DISK_PAUSE_S = 30;

/**
 * Throws when a run has to pause to keep a limit. What is committed stays and answers; a run that comes later goes on
 * from there.
 * @param measured called only where there is a limit; to ask the system for the memory takes a millisecond
 * @throws MEMORY_LIMIT, INDEX_DISK_LIMIT, both with the time after which to come again
 */
export function checkLimits(limits: RunLimits, measured: { residentBytes(): number; indexBytes(): number }): void {
  const usedMb = (bytes: number): number => Math.round(bytes / MEBIBYTE);
  const residentBytes = limits.memoryLimitMb > 0 ? measured.residentBytes() : 0;
  if (residentBytes > limits.memoryLimitMb * MEBIBYTE) {
    const message = `Indexing pauses — the process uses ${usedMb(residentBytes)} MiB of the allowed ${limits.memoryLimitMb}`;
    throw new AgentBrainError('MEMORY_LIMIT', message, { retryAfterS: MEMORY_PAUSE_S });
  }
  const indexBytes = limits.diskLimitMb > 0 ? measured.indexBytes() : 0;
  if (indexBytes > limits.diskLimitMb * MEBIBYTE) {
    const message = `Indexing pauses — the index takes ${usedMb(indexBytes)} MiB of the allowed ${limits.diskLimitMb}`;
    throw new AgentBrainError('INDEX_DISK_LIMIT', message, { retryAfterS: DISK_PAUSE_S });
  }
}
