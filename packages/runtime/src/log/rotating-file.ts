import fs, { constants } from 'node:fs';
import { AgentBrainError, isAgentBrainError } from '@agent-brain/contract/errors';
import { asWriteError } from '../files/index.ts';

export interface RotationLimits {
  /** Size at which a new file is begun, in bytes. Default 10 MiB. */
  maxBytes?: number;
  /** Files kept, the current one among them. Default 5. */
  files?: number;
}

/** The calls that can fail after opening; a parameter so that tests can make them fail. */
export type LogFileSystem = Pick<typeof fs, 'openSync' | 'writeSync' | 'renameSync' | 'closeSync'>;

export interface RotatingFile {
  /** Appends one line that ends with a newline. Never throws: a log must not end what it reports on. */
  write(line: string): void;
  /** Lines after this are lost. Never throws. */
  close(): void;
}

// O_NONBLOCK: a FIFO in place of the log must not make us wait. It changes nothing for a file.
const appendPrivately =
  constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/** `server.log`, and before it `server.log.1` (newest) … `server.log.4` (oldest). */
export const rotatedName = (file: string, index: number): string => (index === 0 ? file : `${file}.${index}`);

export const defaultLimits = { maxBytes: 10 * 1024 * 1024, files: 5 } as const satisfies RotationLimits;

/**
 * A log file with bounded size. Lines are written synchronously: about 5 µs each, nothing is lost by `kill -9`, and no
 * flush is needed before an exit. While the disk is full lines are dropped; how many is the first thing said after.
 *
 * @throws AgentBrainError when the file cannot be opened: DISK_FULL, STATE_DIR_NOT_WRITABLE, STATE_DIR_UNSAFE, FILE_UNWRITABLE
 */
export function openRotatingFile(file: string, limits: RotationLimits = {}, system: LogFileSystem = fs): RotatingFile {
  const { maxBytes = defaultLimits.maxBytes, files = defaultLimits.files } = limits;
  let fd: number | undefined = openLog(file, system);
  let sizeBytes = fs.fstatSync(fd).size;
  let dropped = 0;
  let lineIsTorn = false;
  let isClosed = false;

  const close = (): void => {
    const closing = fd;
    fd = undefined; // first: a descriptor is gone even when closing it reports an error
    if (closing !== undefined) system.closeSync(closing);
  };
  const rotate = (): void => {
    close();
    for (let index = files - 1; index >= 1; index--) renameIfThere(system, rotatedName(file, index - 1), rotatedName(file, index));
    sizeBytes = 0; // also when renaming failed: the next attempt comes after another `maxBytes`
  };
  const append = (text: string): void => {
    const bytes = Buffer.from(text);
    if (sizeBytes + bytes.length > maxBytes) rotate();
    fd ??= system.openSync(file, appendPrivately, 0o600);
    for (let written = 0; written < bytes.length; ) {
      const count = system.writeSync(fd, bytes, written);
      written += count;
      sizeBytes += count;
      lineIsTorn = written < bytes.length;
    }
  };
  return {
    write(line) {
      if (isClosed) return;
      try {
        if (lineIsTorn) append('\n');
        if (dropped > 0)
          append(
            `${JSON.stringify({ level: 'warn', time: new Date().toISOString(), msg: `${dropped} log lines were lost: the log could not be written` })}\n`,
          );
        dropped = 0;
        append(line);
      } catch {
        dropped++;
      }
    },
    close() {
      isClosed = true;
      try {
        close();
      } catch {
        // as with lines: nobody could act on it
      }
    },
  };
}

function openLog(file: string, system: LogFileSystem): number {
  try {
    const fd = system.openSync(file, appendPrivately, 0o600);
    if (!fs.fstatSync(fd).isFile()) {
      system.closeSync(fd);
      throw new AgentBrainError('STATE_DIR_UNSAFE', `Will not write the log ${file} — it is not a regular file`, { data: { file } });
    }
    if ((fs.fstatSync(fd).mode & 0o077) !== 0) fs.fchmodSync(fd, 0o600);
    return fd;
  } catch (error) {
    if (isAgentBrainError(error)) throw error;
    throw asWriteError(error, `open the log ${file}`, file);
  }
}

function renameIfThere(system: LogFileSystem, from: string, to: string): void {
  try {
    system.renameSync(from, to);
  } catch {
    // Missing, or not to be moved: the log goes on in the file there is.
  }
}
