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
 * @throws MEMORY_LIMIT, INDEX_DISK_LIMIT, both with the time after which to come again
 */
export function checkLimits(limits: RunLimits, measured: { residentBytes: number; indexBytes: number }): void {
  if (limits.memoryLimitMb > 0 && measured.residentBytes > limits.memoryLimitMb * MEBIBYTE) {
    const usedMb = Math.round(measured.residentBytes / MEBIBYTE);
    throw new AgentBrainError('MEMORY_LIMIT', `Indexing pauses — the process uses ${usedMb} MiB of the allowed ${limits.memoryLimitMb}`, {
      retryAfterS: MEMORY_PAUSE_S,
    });
  }
  if (limits.diskLimitMb > 0 && measured.indexBytes > limits.diskLimitMb * MEBIBYTE) {
    const usedMb = Math.round(measured.indexBytes / MEBIBYTE);
    throw new AgentBrainError('INDEX_DISK_LIMIT', `Indexing pauses — the index takes ${usedMb} MiB of the allowed ${limits.diskLimitMb}`, {
      retryAfterS: DISK_PAUSE_S,
    });
  }
}
