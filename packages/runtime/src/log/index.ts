export { createLogger, type Logger, type LoggerOptions, type LogLevel, type OpenLog } from './create-logger.ts';
export { duringLogContext, type LogContext, withLogContext } from './log-context.ts';
export { followLog, type LogLine, readLogLines, type ReadLogOptions } from './read-log.ts';
export { redactLine } from './redact-line.ts';
export type { RotationLimits } from './rotating-file.ts';
