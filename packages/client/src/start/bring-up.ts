import fs from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AgentBrainError } from '@agent-brain/contract/errors';
import { ensurePrivateDirectory } from '@agent-brain/runtime/files';
import { acquireLock } from '@agent-brain/runtime/locks';
import type { Environment } from '@agent-brain/runtime/project';
import type { ProvenProcess } from '../discovery/index.ts';
import { findProgram, type ServerProgram } from './find-program.ts';
import { describeEnd, type SpawnedServer, spawnServer, startFailed } from './spawn-server.ts';
import { explainStart, openStartLog, type StartLog } from './start-log.ts';
import type { Subject } from './subject.ts';

export interface BringUpOptions {
  readonly environment: Environment;
  /** Absolute path of the program of the caller's own installation. */
  readonly program?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called once when it takes a moment. */
  readonly onWait?: (() => void) | undefined;
  /** Keep the child, to wait for its end. */
  readonly foreground?: boolean | undefined;
  /** Of `performance.now()`. */
  readonly deadline: number;
}

export interface BroughtUp<Running> {
  readonly running: Running;
  /** False: it ran already. */
  readonly started: boolean;
  /** Version of the one that made room. */
  readonly replaced: string | undefined;
  readonly warnings: readonly string[];
  readonly server: SpawnedServer | undefined;
}

/** What becomes of one that runs already. */
export type Verdict = { readonly keep: true; readonly warnings: readonly string[] } | { readonly keep: false; readonly replaced?: string };

/** Longest wait for a sign of life of what holds the lock; less when the start has less time. */
const LOOK_TIMEOUT_MS = 10_000;

/** How long a look may take. */
export const lookTime = (deadline: number): number => Math.max(1, Math.min(LOOK_TIMEOUT_MS, deadline - performance.now()));

/** @throws INSTANCE_UNRESPONSIVE, what the subject's `find` throws */
export async function look<Running extends ProvenProcess>(
  subject: Subject<Running>,
  { signal, deadline }: Pick<BringUpOptions, 'signal' | 'deadline'>,
): Promise<Running | undefined> {
  const found = await subject.find({ signal, timeoutMs: lookTime(deadline) });
  if (found.state === 'unresponsive') throw found.error;
  return found.state === 'running' ? found.instance : undefined;
}

/**
 * start.lock → look again → spawn → lock, record and proof → release: twenty callers at once make one process and all
 * get it (docs/design/instances.md#one-list-of-steps).
 *
 * @param makeRoom whether one that runs stays, or has gone when this returns
 * @throws INSTANCE_START_FAILED, INSTANCE_UNRESPONSIVE, SERVER_PROGRAM_MISSING, LOCK_TIMEOUT, what the server said when it
 *   gave up; the signal's reason
 */
export async function bringUp<Running extends ProvenProcess>(
  subject: Subject<Running>,
  options: BringUpOptions,
  makeRoom: (running: Running) => Promise<Verdict>,
): Promise<BroughtUp<Running>> {
  const lock = await acquireLock(subject.startLockFile, {
    purpose: `start: ${subject.name}`,
    timeoutMs: options.deadline - performance.now(),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  try {
    const running = await lookUntilStarted(subject, options);
    const verdict = running === undefined ? { keep: false as const } : await makeRoom(running);
    if (running !== undefined && verdict.keep)
      return { running, started: false, replaced: undefined, warnings: verdict.warnings, server: undefined };
    const spawned = await spawnAndWait(subject, options);
    return {
      running: spawned.running,
      started: true,
      replaced: verdict.keep ? undefined : verdict.replaced,
      warnings: [],
      server: options.foreground === true ? spawned.server : undefined,
    };
  } finally {
    await lock.release();
  }
}

/** Somebody else starts one without our lock: the system at login, a person by hand. It is waited for, not raced. */
async function lookUntilStarted<Running extends ProvenProcess>(
  subject: Subject<Running>,
  { signal, deadline }: Pick<BringUpOptions, 'signal' | 'deadline'>,
): Promise<Running | undefined> {
  const settled = performance.now() + lookTime(deadline);
  for (let pauseMs = 10; ; pauseMs = Math.min(pauseMs * 1.5, 100)) {
    const found = await subject.find({ signal, timeoutMs: lookTime(deadline) });
    if (found.state === 'unresponsive') throw found.error;
    if (found.state !== 'starting' || performance.now() >= settled) return found.state === 'running' ? found.instance : undefined;
    await sleep(pauseMs);
    signal?.throwIfAborted();
  }
}

async function spawnAndWait<Running extends ProvenProcess>(
  subject: Subject<Running>,
  options: BringUpOptions,
): Promise<{ running: Running; server: SpawnedServer }> {
  const program = findProgram(options.environment, { installed: options.program });
  await ensurePrivateDirectory(subject.logDir, { uid: options.environment.uid });
  const log = openStartLog(subject.logFile);
  const notice = setTimeout(() => options.onWait?.(), 100);
  try {
    const server = spawnServer(program, subject, { environment: options.environment, logFd: log.fd });
    const running = await waitUntilReady(subject, { ...options, server, program, log }).catch(letGo(server));
    if (options.foreground !== true) server.child.unref();
    return { running, server };
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

interface Wait extends Pick<BringUpOptions, 'deadline' | 'signal'> {
  readonly server: SpawnedServer;
  readonly program: ServerProgram;
  readonly log: StartLog;
}

/** Looks for the record first: it costs a stat, and probing the lock while the server takes it would disturb it. */
async function waitUntilReady<Running extends ProvenProcess>(subject: Subject<Running>, wait: Wait): Promise<Running> {
  for (let pauseMs = 10; ; pauseMs = Math.min(pauseMs * 1.2, 50)) {
    const end = wait.server.ended();
    if (fs.existsSync(subject.runtimeFile)) {
      const found = await subject.find({ signal: wait.signal, timeoutMs: Math.max(1, wait.deadline - performance.now()) });
      if (found.state === 'running') return found.instance;
    }
    if (end !== undefined) throw explainEnd(end, subject, wait);
    if (performance.now() > wait.deadline) {
      const { pid } = wait.server.child;
      throw startFailed(subject, `its time is over; process ${pid} still runs`, explainStart(wait.log.read()).tail, pid);
    }
    await sleep(pauseMs);
    wait.signal?.throwIfAborted();
  }
}

function explainEnd(
  end: NonNullable<ReturnType<SpawnedServer['ended']>>,
  subject: Subject<ProvenProcess>,
  { program, log }: Wait,
): AgentBrainError {
  const { problem, tail } = explainStart(log.read());
  return problem ?? startFailed(subject, describeEnd(end, program), tail, undefined);
}
