import fs from 'node:fs';
import { AgentBrainError, catalogue, fromProblem, type Problem } from '@agent-brain/contract/errors';
import { asWriteError } from '@agent-brain/runtime/files';

const tailBytes = 64 * 1024;
const tailLines = 10;

/** The part of a log that one start has written. */
export interface StartLog {
  /** For the child's stdout and stderr. */
  readonly fd: number;
  /** What was written since, at most the last 64 KiB. */
  read(): string;
  close(): void;
}

/**
 * Opens the log for appending; it is made with mode 0600 and never reached through a link that somebody planted.
 * @throws DISK_FULL, STATE_DIR_NOT_WRITABLE, STATE_DIR_UNSAFE, FILE_UNWRITABLE
 */
export function openStartLog(file: string): StartLog {
  const fd = openForAppending(file);
  const startOffset = fs.fstatSync(fd).size;
  return {
    fd,
    read() {
      const end = fs.fstatSync(fd).size;
      const start = Math.max(startOffset, end - tailBytes);
      const buffer = Buffer.alloc(Math.max(0, end - start));
      return buffer.toString('utf8', 0, fs.readSync(fd, buffer, 0, buffer.length, start));
    },
    close: () => fs.closeSync(fd),
  };
}

function openForAppending(file: string): number {
  const { O_APPEND, O_CREAT, O_RDWR, O_NOFOLLOW, O_NONBLOCK } = fs.constants;
  let fd: number;
  try {
    fd = fs.openSync(file, O_APPEND | O_CREAT | O_RDWR | O_NOFOLLOW | O_NONBLOCK, 0o600);
  } catch (error) {
    throw asWriteError(error, `open the log ${file}`, file);
  }
  if (fs.fstatSync(fd).isFile()) return fd;
  fs.closeSync(fd);
  // A server that writes into a FIFO hangs as soon as nobody reads it.
  throw new AgentBrainError('STATE_DIR_UNSAFE', `Will not write the log ${file} — it is not a regular file`, { data: { file } });
}

/** The problem that a server printed before it gave up, and the last lines, for people. */
export function explainStart(text: string): { problem: AgentBrainError | undefined; tail: string[] } {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const problem = lines.map(parseProblem).findLast((found) => found !== undefined);
  return { problem, tail: lines.slice(-tailLines).map((line) => line.slice(0, 500)) };
}

function parseProblem(line: string): AgentBrainError | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const document = JSON.parse(line) as Partial<Problem>;
    const isProblem = typeof document.code === 'string' && Object.hasOwn(catalogue, document.code) && typeof document.detail === 'string';
    return isProblem ? fromProblem(document as Problem) : undefined;
  } catch {
    return undefined;
  }
}
