import type { Logger } from 'pino';
import { currentLogContext } from './log-context.ts';
import { redactLine } from './redact-line.ts';
import { openRotatingFile, type RotationLimits } from './rotating-file.ts';

export type { Logger } from 'pino';

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';

export interface LoggerOptions {
  /** Where lines go; the directory must exist. */
  target: { file: string; limits?: RotationLimits } | { fd: number };
  level: LogLevel;
  /** In every line, for example `{ instance_id, version }`. */
  context?: Record<string, unknown>;
}

export interface OpenLog {
  readonly logger: Logger;
  /** Lines after this are lost. */
  close(): void;
}

interface Sink {
  write(line: string): void;
  close(): void;
}

/**
 * A logger of JSON lines: `level` by name, `time` in ISO 8601, `msg`, the given context, that of `withLogContext`.
 * Secrets are taken out of every line; failures to write never reach the caller.
 *
 * @throws AgentBrainError when the file cannot be opened: DISK_FULL, STATE_DIR_NOT_WRITABLE, STATE_DIR_UNSAFE, FILE_UNWRITABLE
 */
export async function createLogger({ target, level, context = {} }: LoggerOptions): Promise<OpenLog> {
  const { default: pino } = await import('pino'); // 25 ms that readers of logs need not pay
  const sink: Sink =
    'file' in target ? openRotatingFile(target.file, target.limits) : descriptorSink(pino.destination({ fd: target.fd, sync: true }));
  const logger = pino(
    {
      level,
      base: { pid: process.pid, ...context },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      mixin: () => ({ ...currentLogContext() }),
    },
    { write: (line: string) => sink.write(redactLine(line)) },
  );
  return { logger, close: () => sink.close() };
}

/** For a terminal or a pipe (`start --foreground`); a reader that has gone must not end the server. */
function descriptorSink(destination: {
  write(line: string): unknown;
  flushSync(): void;
  on(event: 'error', listener: () => void): unknown;
}): Sink {
  destination.on('error', () => {});
  return { write: (line) => void destination.write(line), close: () => destination.flushSync() };
}
