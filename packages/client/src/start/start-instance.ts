import fs from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { StartResult } from '@agent-brain/contract/commands';
import { type AgentBrainError, isAgentBrainError } from '@agent-brain/contract/errors';
import { compareVersions, PRODUCT_VERSION } from '@agent-brain/contract/version';
import { ensurePrivateDirectory } from '@agent-brain/runtime/files';
import { acquireLock } from '@agent-brain/runtime/locks';
import { type Environment, prepareStateDir } from '@agent-brain/runtime/project';
import { findInstance, type Instance, type ProjectLocation } from '../discovery/index.ts';
import { findProgram, type ServerProgram } from './find-program.ts';
import { describeEnd, type SpawnedServer, spawnServer, startFailed } from './spawn-server.ts';
import { explainStart, openStartLog, type StartLog } from './start-log.ts';
import { stopInstance } from './stop-instance.ts';

export interface StartOptions {
  readonly environment: Environment;
  /** Absolute path of the program of the caller's own installation. */
  readonly program?: string | undefined;
  readonly port?: number | undefined;
  /** Until it is ready, the wait for other starters included. Default 30 s. */
  readonly timeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called once when it takes a moment. */
  readonly onWait?: (() => void) | undefined;
  /** Keep the child, to wait for its end. */
  readonly foreground?: boolean | undefined;
}

export interface Started {
  readonly instance: Instance;
  readonly result: StartResult;
  /** The server in the foreground, to wait for; undefined when it runs by itself. */
  readonly server: SpawnedServer | undefined;
}

const defaultTimeoutMs = 30_000;
/** Longest wait for a sign of life of an instance, and for the registry; less when the start has less time. */
const lookTimeoutMs = 10_000;

/**
 * The instance of a project, started when none runs. Whoever comes while another one starts waits for it: twenty
 * callers at once make one server and all get it (contract: instances, "One list of steps").
 *
 * start.lock → look again → spawn → lock, record and proof → release.
 *
 * @throws INSTANCE_START_FAILED, INSTANCE_UNRESPONSIVE, INSTANCE_INCOMPATIBLE, SERVER_PROGRAM_MISSING, LOCK_TIMEOUT,
 *   what `prepareStateDir` throws, what the server said when it gave up; the signal's reason
 */
export async function startInstance(location: ProjectLocation, options: StartOptions): Promise<Started> {
  const startedAt = performance.now();
  const deadline = startedAt + (options.timeoutMs ?? defaultTimeoutMs);
  const first = await look(location, options, deadline).catch(leaveToPreparation);
  if (first !== undefined && !isOlder(first) && servesRoot(first, location)) return finished(location, first, { startedAt });

  const timeoutMs = Math.max(1, Math.min(lookTimeoutMs, deadline - performance.now()));
  const { paths, warnings } = await prepareStateDir(location.paths, options.environment, { timeoutMs });
  return await startUnderLock({ ...location, paths, warnings: [...location.warnings, ...warnings] }, options, { startedAt, deadline });
}

async function startUnderLock(
  location: ProjectLocation,
  options: StartOptions,
  { startedAt, deadline }: { startedAt: number; deadline: number },
): Promise<Started> {
  const lock = await acquireLock(location.paths.startLockFile, {
    purpose: `start the instance of ${location.root}`,
    timeoutMs: deadline - performance.now(),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  try {
    const running = await look(location, options, deadline);
    const verdict = running === undefined ? undefined : servesRoot(running, location) ? await judgeVersion(running) : 'replace';
    if (running !== undefined && verdict !== 'replace')
      return finished(location, running, { startedAt, warnings: noteVersion(running, verdict) });
    if (running !== undefined) await stopInstance(location, { signal: options.signal });
    const { instance, server } = await spawnAndWait(location, options, deadline);
    return finished(location, instance, {
      startedAt,
      started: true,
      replaced: running === undefined || !servesRoot(running, location) ? undefined : running.version,
      server: options.foreground === true ? server : undefined,
    });
  } finally {
    await lock.release();
  }
}

/** @throws INSTANCE_UNRESPONSIVE */
async function look(location: ProjectLocation, options: StartOptions, deadline: number): Promise<Instance | undefined> {
  const timeoutMs = Math.max(1, Math.min(lookTimeoutMs, deadline - performance.now()));
  const found = await findInstance(location, { signal: options.signal, timeoutMs });
  if (found.state === 'unresponsive') throw found.error;
  return found.state === 'running' ? found.instance : undefined;
}

/** What a clone or a copy has brought along is set aside when the state dir is prepared, or refused there with the reason. */
function leaveToPreparation(error: unknown): undefined {
  if (isAgentBrainError(error) && (error.code === 'STATE_DIR_UNSAFE' || error.code === 'STATE_DIR_TAKEN')) return undefined;
  throw error;
}

/** A project that was moved under a running instance still has that one, which serves the place that is gone. */
const servesRoot = (instance: Instance, location: ProjectLocation): boolean => instance.projectRoot === location.root;

const isOlder = (instance: Instance): boolean => compareVersions(instance.version, PRODUCT_VERSION) < 0;

/** An older instance that does nothing makes room; a busy one is kept (contract: instances, "One list of steps"). */
async function judgeVersion(instance: Instance): Promise<'replace' | 'busy' | 'newer' | 'same'> {
  const order = compareVersions(instance.version, PRODUCT_VERSION);
  if (order >= 0) return order === 0 ? 'same' : 'newer';
  const status = await instance
    .connect()
    .call('status', { query: {} })
    .catch(() => undefined);
  if (status === undefined) {
    instance.requireCompatible();
    return 'busy';
  }
  return status.indexing_in_progress || status.queued_jobs_count > 0 ? 'busy' : 'replace';
}

function noteVersion(instance: Instance, verdict: string | undefined): string[] {
  if (verdict === 'busy')
    return [
      `The instance has version ${instance.version}, this program ${PRODUCT_VERSION}; it is indexing, so it was kept. Later: agent-brain restart`,
    ];
  return [];
}

interface Ending {
  readonly startedAt: number;
  readonly warnings?: readonly string[];
  readonly started?: boolean;
  readonly replaced?: string | undefined;
  readonly server?: SpawnedServer | undefined;
}

function finished(location: ProjectLocation, instance: Instance, ending: Ending): Started {
  instance.requireCompatible();
  const newer =
    compareVersions(instance.version, PRODUCT_VERSION) > 0
      ? [`The instance has version ${instance.version}, this program the older ${PRODUCT_VERSION}`]
      : [];
  const result: StartResult = {
    started: ending.started === true,
    replaced_version: ending.replaced ?? null,
    project_root: location.root,
    state_dir: location.paths.stateDir,
    log_file: location.paths.logFile,
    instance: instance.view(),
    warnings: [...location.warnings, ...(ending.warnings ?? []), ...newer],
    duration_ms: Math.round(performance.now() - ending.startedAt),
  };
  return { instance, result, server: ending.server };
}

async function spawnAndWait(
  location: ProjectLocation,
  options: StartOptions,
  deadline: number,
): Promise<{ instance: Instance; server: SpawnedServer }> {
  const program = findProgram(options.environment, { installed: options.program });
  await ensurePrivateDirectory(location.paths.logDir, { uid: options.environment.uid });
  const log = openStartLog(location.paths.logFile);
  const notice = setTimeout(() => options.onWait?.(), 100);
  try {
    const server = spawnServer(program, location, { environment: options.environment, port: options.port, logFd: log.fd });
    const instance = await waitUntilReady(location, { server, program, log, deadline, signal: options.signal }).catch(letGo(server));
    if (options.foreground !== true) server.child.unref();
    return { instance, server };
  } finally {
    clearTimeout(notice);
    log.close();
  }
}

/** A caller that waits no longer must be able to end before the server does. */
const letGo =
  ({ child }: SpawnedServer) =>
  (error: unknown): never => {
    child.unref();
    throw error;
  };

interface Wait {
  readonly server: SpawnedServer;
  readonly program: ServerProgram;
  readonly log: StartLog;
  readonly deadline: number;
  readonly signal: AbortSignal | undefined;
}

/** Looks for the record first: it costs a stat, and probing the lock while the server takes it would disturb it. */
async function waitUntilReady(location: ProjectLocation, wait: Wait): Promise<Instance> {
  for (let pauseMs = 10; ; pauseMs = Math.min(pauseMs * 1.2, 50)) {
    const end = wait.server.ended();
    if (fs.existsSync(location.paths.runtimeFile)) {
      const found = await findInstance(location, { signal: wait.signal, timeoutMs: Math.max(1, wait.deadline - performance.now()) });
      if (found.state === 'running') return found.instance;
    }
    if (end !== undefined) throw explainEnd(end, location, wait);
    if (performance.now() > wait.deadline) {
      const { pid } = wait.server.child;
      throw startFailed(location, `its time is over; process ${pid} still runs`, explainStart(wait.log.read()).tail, pid);
    }
    await sleep(pauseMs);
    wait.signal?.throwIfAborted();
  }
}

function explainEnd(
  end: NonNullable<ReturnType<SpawnedServer['ended']>>,
  location: ProjectLocation,
  { program, log }: Wait,
): AgentBrainError {
  const { problem, tail } = explainStart(log.read());
  return problem ?? startFailed(location, describeEnd(end, program), tail, undefined);
}
