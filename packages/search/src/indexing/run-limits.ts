import { AgentBrainError } from '@agent-brain/contract/errors';

const MEBIBYTE = 1024 * 1024;

export interface RunLimits {
  /** Resident memory of the process, MiB; 0 means no limit. */
  memoryLimitMb: number;
  /** Of the index on disk, MiB; 0 means no limit. */
  diskLimitMb: number;
}

/** Throws when a run has to end to keep a limit; what is committed stays. @throws MEMORY_LIMIT, INDEX_DISK_LIMIT */
export function checkLimits(limits: RunLimits, measured: { residentBytes: number; indexBytes: number }): void {
  if (limits.memoryLimitMb > 0 && measured.residentBytes > limits.memoryLimitMb * MEBIBYTE) {
    const usedMb = Math.round(measured.residentBytes / MEBIBYTE);
    throw new AgentBrainError('MEMORY_LIMIT', `Indexing stopped — the process uses ${usedMb} MiB of the allowed ${limits.memoryLimitMb}`);
  }
  if (limits.diskLimitMb > 0 && measured.indexBytes > limits.diskLimitMb * MEBIBYTE) {
    const usedMb = Math.round(measured.indexBytes / MEBIBYTE);
    throw new AgentBrainError('INDEX_DISK_LIMIT', `Indexing stopped — the index takes ${usedMb} MiB of the allowed ${limits.diskLimitMb}`);
  }
}
