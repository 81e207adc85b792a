import fs from 'node:fs';
import path from 'node:path';
import { AgentBrainError, isAgentBrainError } from '@agent-brain/contract/errors';
import { DamagedBytes } from '../bytes/index.ts';

const MEBIBYTE = 1024 * 1024;

const SQLITE_ERROR = 1;
const SQLITE_BUSY = 5;
const SQLITE_READONLY = 8;
const SQLITE_CORRUPT = 11;
const SQLITE_FULL = 13;
const SQLITE_CANTOPEN = 14;
const SQLITE_NOTADB = 26;
const SQLITE_IOERR_SHORT_READ = 522;
const SQLITE_IOERR_WRITE = 778;
const SQLITE_IOERR_SHMSIZE = 4874;

/** MAX_PATHNAME of SQLite's os_unix.c is 512, with the `-journal` that it appends. Measured: 504 opens, 505 does not. */
const MAX_PATH_BYTES = 504;
/** When someone may have made room. */
const DISK_LIMIT_RETRY_S = 30;

/**
 * A failure of SQLite in the catalogue's words; anything else comes back as it is.
 * A short read is a truncated file. Growing the shared-memory file of the log fails with SHMSIZE when
 * the disk is full. SQLite has one word for a full disk and for its own limit of pages; what the disk has
 * left tells them apart.
 * @param maxBytes the limit the database was opened with; 0 means none
 */
export function asStoreError(thrown: unknown, file: string, maxBytes = 0): unknown {
  if (isAgentBrainError(thrown) || !(thrown instanceof Error)) return thrown;
  if (thrown instanceof DamagedBytes) {
    return new AgentBrainError('INDEX_CORRUPT', `The index ${file} is damaged — ${thrown.message}`, { cause: thrown });
  }
  const { code, errcode } = thrown as Error & { code?: string; errcode?: number };
  if (code !== 'ERR_SQLITE_ERROR' || errcode === undefined) return thrown;
  if ((errcode & 0xff) === SQLITE_FULL || errcode === SQLITE_IOERR_SHMSIZE || errcode === SQLITE_IOERR_WRITE) {
    if (maxBytes > 0 && hasFreeSpace(file)) {
      const limitMb = Math.round(maxBytes / MEBIBYTE);
      return new AgentBrainError('INDEX_DISK_LIMIT', `Indexing pauses — the index would take more than the allowed ${limitMb} MiB`, {
        retryAfterS: DISK_LIMIT_RETRY_S,
        cause: thrown,
      });
    }
    return new AgentBrainError('DISK_FULL', `The index ${file} cannot grow — ${thrown.message}`, { cause: thrown });
  }
  // Our statements are right, so what they name was there once.
  const lacksSchema = errcode === SQLITE_ERROR && /no such (?:table|column)|malformed/.test(thrown.message);
  if (lacksSchema || (errcode & 0xff) === SQLITE_CORRUPT || errcode === SQLITE_NOTADB || errcode === SQLITE_IOERR_SHORT_READ) {
    return new AgentBrainError('INDEX_CORRUPT', `The index ${file} is damaged — ${thrown.message}`, { cause: thrown });
  }
  if ((errcode & 0xff) === SQLITE_READONLY) {
    return new AgentBrainError('STATE_DIR_NOT_WRITABLE', `The index ${file} cannot be written — ${thrown.message}`, { cause: thrown });
  }
  if ((errcode & 0xff) === SQLITE_CANTOPEN) return cannotOpen(file, thrown);
  if ((errcode & 0xff) === SQLITE_BUSY) {
    return new AgentBrainError('LOCK_TIMEOUT', `The index ${file} is being written by another process`, { cause: thrown });
  }
  return thrown;
}

function cannotOpen(file: string, cause: Error): AgentBrainError {
  const pathBytes = Buffer.byteLength(file);
  if (pathBytes <= MAX_PATH_BYTES)
    return new AgentBrainError('FILE_UNWRITABLE', `The index ${file} cannot be opened — ${cause.message}`, { data: { file }, cause });
  return new AgentBrainError(
    'FILE_UNWRITABLE',
    `The index ${file} cannot be opened — its path has ${pathBytes} bytes, and the database takes ${MAX_PATH_BYTES}`,
    { hint: 'Set AGENT_BRAIN_STATE_DIR to a shorter absolute path, then run `agent-brain restart`.', data: { file }, cause },
  );
}

/** Room for a batch or two. */
function hasFreeSpace(file: string): boolean {
  const { bavail, bsize } = fs.statfsSync(path.dirname(file));
  return bavail * bsize > 32 * MEBIBYTE;
}

export const isCorruption = (thrown: unknown): boolean => isAgentBrainError(thrown) && thrown.code === 'INDEX_CORRUPT';

/** Whether what was thrown says that the store is damaged, in its own words or in those of the catalogue. */
export const isDamage = (thrown: unknown): boolean => isCorruption(asStoreError(thrown, ''));
