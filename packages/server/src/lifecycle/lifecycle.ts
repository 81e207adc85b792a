import { AgentBrainError } from '@agent-brain/contract/errors';
import type { FileLock } from '@agent-brain/runtime/locks';
import type { Environment } from '@agent-brain/runtime/project';
import type { Clock } from '../clock/index.ts';
import type * as http from '../http/index.ts';
import { ServerMetrics } from '../metrics/index.ts';

export interface InstanceLog extends http.HttpLog {
  fatal(fields: object, message: string): void;
}

/**
 * What a server process of either mode is made of, and what its steps have made so far. A step may rely on what the
 * steps before it made ({@link made}); nothing else fills these fields.
 */
export interface Lifecycle {
  readonly environment: Environment;
  readonly clock: Clock;
  readonly instanceId: string;
  readonly token: string;
  readonly metrics: ServerMetrics;
  /** Begins the stop; later calls are ignored. */
  readonly requestStop: (reason: string) => void;
  /** Milliseconds between two looks at itself. */
  readonly tickMs: number;

  log: InstanceLog;
  closeLog: () => void;
  isStopping: boolean;
  /** Last use, in milliseconds of the clock: a request, an event of a job, or a change of a watched file. */
  lastUseMs: number;
  readyAtMs: number | undefined;
  /** How long each step of the start took, in milliseconds; `load` is what went before the first. */
  readonly startMs: Record<string, number>;

  /** The HTTP door's code, which loads while the first steps wait for the disk. */
  http?: Promise<typeof http> | undefined;
  lock?: FileLock | undefined;
  door?: http.HttpDoor | undefined;
  stopTicking?: (() => void) | undefined;
  /** Something has changed by which others find this process: it looks at itself now, not at its next time. */
  lookSoon?: (() => void) | undefined;
  /** Ends the watch over the state dir. */
  stopGuarding?: (() => void) | undefined;
  /** Ends when no connection is left; since the stop began. */
  connectionsClosed?: Promise<void> | undefined;
}

export interface LifecycleParts extends Pick<Lifecycle, 'environment' | 'clock' | 'instanceId' | 'token' | 'requestStop' | 'tickMs'> {}

const silent = (): void => {};
/** Until the configuration says where the log is; what fails before goes to stderr. */
const noLog: InstanceLog = { debug: silent, info: silent, warn: silent, error: silent, fatal: silent };

export const newLifecycle = (parts: LifecycleParts): Lifecycle => ({
  ...parts,
  metrics: new ServerMetrics(),
  log: noLog,
  closeLog: silent,
  isStopping: false,
  lastUseMs: parts.clock.now(),
  readyAtMs: undefined,
  startMs: { load: Math.round(performance.now()) },
});

/** What an earlier step made. @throws INTERNAL when the list of steps is out of order */
export function made<Context extends Lifecycle, Name extends keyof Context & string>(
  context: Context,
  name: Name,
): NonNullable<Context[Name]> {
  const value = context[name];
  if (value === undefined || value === null) throw new AgentBrainError('INTERNAL', `A step needs "${name}" before any step has made it`);
  return value;
}
