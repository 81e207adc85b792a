import type { ConfigValues } from '@agent-brain/contract/config';
import type { ProjectRuntimeRecord } from '@agent-brain/contract/instances';
import { AgentBrainError } from '@agent-brain/contract/errors';
import type { FileLock } from '@agent-brain/runtime/locks';
import type { Environment, PreparedStateDir, ProjectPaths } from '@agent-brain/runtime/project';
import type { Clock } from '../clock/index.ts';
import type * as http from '../http/index.ts';
import { ServerMetrics } from '../metrics/index.ts';
import { ProjectSet } from '../projects/index.ts';

/** What `agent-brain serve` was asked to do. Paths are absolute. */
export interface ServeOptions {
  /** Canonical. */
  readonly projectRoot: string;
  readonly stateDir: string;
  /** Configuration by flags, as text; goes before every other origin. */
  readonly flags: Readonly<Record<string, string>>;
}

export interface InstanceLog extends http.HttpLog {
  fatal(fields: object, message: string): void;
}

/**
 * One running server and what its steps have made so far. A step may rely on what the steps before it
 * made ({@link made}); nothing else fills these fields.
 */
export interface Instance {
  readonly options: ServeOptions;
  readonly environment: Environment;
  readonly clock: Clock;
  readonly instanceId: string;
  readonly token: string;
  readonly projects: ProjectSet;
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
  prepared?: PreparedStateDir | undefined;
  lock?: FileLock | undefined;
  /** With the directories that the configuration names. */
  paths?: ProjectPaths | undefined;
  config?: ConfigValues | undefined;
  door?: http.HttpDoor | undefined;
  record?: ProjectRuntimeRecord | undefined;
  /** The registry knows of this start, or the log says why not. */
  startNoted?: Promise<void> | undefined;
  stopTicking?: (() => void) | undefined;
  /** Ends when no connection is left; since the stop began. */
  connectionsClosed?: Promise<void> | undefined;
}

export interface InstanceParts
  extends Pick<Instance, 'options' | 'environment' | 'clock' | 'instanceId' | 'token' | 'requestStop' | 'tickMs'> {}

const silent = (): void => {};
/** Until the configuration says where the log is; what fails before goes to stderr. */
const noLog: InstanceLog = { debug: silent, info: silent, warn: silent, error: silent, fatal: silent };

export function newInstance(parts: InstanceParts): Instance {
  return {
    ...parts,
    projects: new ProjectSet('project'),
    metrics: new ServerMetrics(),
    log: noLog,
    closeLog: silent,
    isStopping: false,
    lastUseMs: parts.clock.now(),
    readyAtMs: undefined,
    startMs: { load: Math.round(performance.now()) },
  };
}

/** What an earlier step made. @throws INTERNAL when the list of steps is out of order */
export function made<Name extends keyof Instance>(instance: Instance, name: Name): NonNullable<Instance[Name]> {
  const value = instance[name];
  if (value === undefined || value === null) throw new AgentBrainError('INTERNAL', `A step needs "${name}" before any step has made it`);
  return value;
}
