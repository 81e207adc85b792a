import fs from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { StopResult } from '@agent-brain/contract/commands';
import { AgentBrainError } from '@agent-brain/contract/errors';
import { cleanStale } from '@agent-brain/runtime/discovery';
import { probeLock, readHolder } from '@agent-brain/runtime/locks';
import { isSameProcess, type RecordedProcess, signalVerified } from '@agent-brain/runtime/process';
import { findInstance, type InstanceState, type ProjectLocation } from '../discovery/index.ts';

export interface StopOptions {
  readonly signal?: AbortSignal | undefined;
  /** Until it is gone. Default 20 s: it drains for up to 10 s. */
  readonly timeoutMs?: number | undefined;
  /** SIGKILL when the time is over. */
  readonly force?: boolean | undefined;
}

const defaultTimeoutMs = 20_000;
/** As long as discovery waits for a sign of life. */
const proofTimeoutMs = 10_000;
/** For the system to end a killed process. */
const killTimeoutMs = 5_000;

/**
 * Stops the instance of a project and waits until its process and its files are gone. It is asked first; a signal goes
 * only to a process whose identity is verified (pid, start time, user, state dir among its arguments).
 *
 * @throws INSTANCE_UNRESPONSIVE it does not end (without `force`), PROCESS_NOT_VERIFIED; the signal's reason
 */
export async function stopInstance(location: ProjectLocation, options: StopOptions = {}): Promise<StopResult> {
  const startedAt = performance.now();
  const deadline = startedAt + (options.timeoutMs ?? defaultTimeoutMs);
  const result = (pid: number | null, method: StopResult['method']): StopResult => ({
    was_running: method !== 'none',
    pid,
    method,
    project_root: location.root,
    duration_ms: Math.round(performance.now() - startedAt),
  });

  const found = await findInstance(location, { signal: options.signal, timeoutMs: Math.min(proofTimeoutMs, deadline - startedAt) });
  if (found.state === 'stopped') {
    await cleanStale(location.paths);
    return result(null, 'none');
  }
  const target = await identify(found, location);
  const isAsked = found.state === 'running' && (await ask(found, options.signal));
  if (!isAsked) await signalTarget(target, 'SIGTERM', location);
  if (await isGone(target, location, { deadline, signal: options.signal }))
    return result(target?.pid ?? null, isAsked ? 'request' : 'signal');

  if (options.force !== true) throw stillThere(target, location, options.timeoutMs ?? defaultTimeoutMs);
  await signalTarget(target, 'SIGKILL', location);
  if (!(await isGone(target, location, { deadline: performance.now() + killTimeoutMs, signal: options.signal, killed: true }))) {
    throw stillThere(target, location, killTimeoutMs);
  }
  await cleanStale(location.paths);
  return result(target?.pid ?? null, 'kill');
}

/** The process that is meant: by the record of a proven instance, else by the holder of the lock. */
async function identify(found: InstanceState, location: ProjectLocation): Promise<RecordedProcess | undefined> {
  if (found.state === 'running') return { pid: found.instance.pid, process_started_at: found.instance.processStartedAt };
  const holder = await readHolder(location.paths.lockFile);
  return holder.state === 'ok' ? holder.value : undefined;
}

/** @returns false when it could not be asked; then a signal is the way */
async function ask(found: Extract<InstanceState, { state: 'running' }>, signal: AbortSignal | undefined): Promise<boolean> {
  const { instance } = found;
  try {
    await instance.connect().call('shutdown', { body: { instance_id: instance.instanceId } }, { signal, timeoutMs: 5_000 });
    return true;
  } catch {
    signal?.throwIfAborted();
    return false;
  }
}

async function signalTarget(target: RecordedProcess | undefined, signal: NodeJS.Signals, location: ProjectLocation): Promise<void> {
  if (target === undefined) {
    throw new AgentBrainError(
      'PROCESS_NOT_VERIFIED',
      `Somebody holds ${location.paths.lockFile}, and no record says who — nothing was signalled`,
    );
  }
  await signalVerified(target, signal, { marker: location.paths.stateDir });
}

interface GoneWait {
  readonly deadline: number;
  readonly signal: AbortSignal | undefined;
  /** A killed process leaves its files. */
  readonly killed?: boolean;
}

async function isGone(target: RecordedProcess | undefined, { paths }: ProjectLocation, wait: GoneWait): Promise<boolean> {
  const files = wait.killed === true ? [] : [paths.runtimeFile, paths.pidFile, paths.holderFile];
  for (let pauseMs = 10; performance.now() < wait.deadline; pauseMs = Math.min(pauseMs * 1.3, 100)) {
    const sameness = target === undefined ? 'gone' : await isSameProcess(target, { marker: paths.stateDir });
    const isEnded = sameness === 'gone' || sameness === 'other';
    if (isEnded && probeLock(paths.lockFile) === 'free') {
      if (!files.some((file) => fs.existsSync(file))) return true;
      // It crashed on its way out: nobody else will clean up.
      await cleanStale({ ...paths });
    }
    await sleep(pauseMs);
    wait.signal?.throwIfAborted();
  }
  return false;
}

function stillThere(target: RecordedProcess | undefined, { root, paths }: ProjectLocation, waitedMs: number): AgentBrainError {
  return new AgentBrainError(
    'INSTANCE_UNRESPONSIVE',
    `The instance of ${root} has not ended within ${waitedMs / 1000} s — process ${target?.pid ?? 'unknown'} still runs`,
    {
      hint: `Look into ${paths.logFile}; \`agent-brain stop --force\` kills it.`,
      data: { pid: target?.pid ?? null, log_file: paths.logFile },
    },
  );
}
