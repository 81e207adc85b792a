import { AgentBrainError, type ErrorCode } from '@agent-brain/contract/errors';

const meanings: Record<string, readonly [code: ErrorCode, why: string]> = {
  ENOSPC: ['DISK_FULL', 'no space is left on the device'],
  EDQUOT: ['DISK_FULL', 'the disk quota is used up'],
  EROFS: ['STATE_DIR_NOT_WRITABLE', 'the file system is read-only'],
  EACCES: ['STATE_DIR_NOT_WRITABLE', 'permission denied'],
  EPERM: ['STATE_DIR_NOT_WRITABLE', 'operation not permitted'],
  ENOENT: ['FILE_UNWRITABLE', 'the directory does not exist'],
  ENOTDIR: ['FILE_UNWRITABLE', 'a part of the path is not a directory'],
  EISDIR: ['FILE_UNWRITABLE', 'a directory stands in its place'],
  EMFILE: ['FILE_UNWRITABLE', 'the process has too many open files'],
  ENFILE: ['FILE_UNWRITABLE', 'the system has too many open files'],
  ELOOP: ['STATE_DIR_UNSAFE', 'it is a symbolic link'],
  EIO: ['FILE_UNWRITABLE', 'the device reported an input/output error'],
};

/** Where the hint of the error code would send people to the wrong place. */
const hints: Record<string, string> = {
  EMFILE: 'Close other programs, or raise the limit of open files (`ulimit -n`) and start this one again.',
  ENFILE: 'Close other programs, or raise the limit of open files of the system (`sysctl fs.file-max`).',
  EIO: 'Check the device (`dmesg`).',
};

const hintOf = (system: string): { hint?: string } => (hints[system] === undefined ? {} : { hint: hints[system] });

/** The system's code of an error (`ENOSPC`), or `undefined` for an error that is not the system's. */
export const systemCode = (error: unknown): string | undefined => {
  const code = (error as NodeJS.ErrnoException | null | undefined)?.code;
  return typeof code === 'string' ? code : undefined;
};

/**
 * The error a failed change of the file system is reported as: DISK_FULL, STATE_DIR_NOT_WRITABLE, STATE_DIR_UNSAFE or
 * FILE_UNWRITABLE.
 *
 * @param action what failed, with the path: "write /p/state.json"
 */
export function asWriteError(error: unknown, action: string, file: string): AgentBrainError {
  const system = systemCode(error) ?? 'unknown';
  const [code, why] = meanings[system] ?? (['FILE_UNWRITABLE', 'the system refused'] as const);
  return new AgentBrainError(code, `Cannot ${action} — ${why} (${system})`, {
    ...hintOf(system),
    data: { file, system_code: system },
    cause: error,
  });
}

/** The error a file that exists but cannot be read is reported as: FILE_UNREADABLE. */
export function asReadError(error: unknown, file: string): AgentBrainError {
  const system = systemCode(error) ?? 'unknown';
  const why = meanings[system]?.[1] ?? 'the system refused';
  return new AgentBrainError('FILE_UNREADABLE', `Cannot read ${file} — ${why} (${system})`, {
    ...hintOf(system),
    data: { file, system_code: system },
    cause: error,
  });
}
