import { AgentBrainError } from '@agent-brain/contract/errors';
import { newInstanceId, newToken } from '@agent-brain/runtime/discovery';
import type { Environment } from '@agent-brain/runtime/project';
import { type Clock, systemClock } from '../clock/index.ts';
import { type Faults, faultsOf, tickMsOf } from './faults.ts';
import type { Lifecycle, LifecycleParts } from './lifecycle.ts';
import { runStart, runStop, type Step } from './steps.ts';

/** A server process from its first step to its last, as what drives it sees it. */
export interface RunningInstance {
  /**
   * Ends when the instance has stopped: whether every step of the stop succeeded.
   * @throws why it could not start; then nothing of it is left
   */
  readonly ended: Promise<{ readonly clean: boolean }>;
  /** Begins the stop; a start under way ends before its next step. Later calls are ignored. */
  stop(reason: string): void;
  /** For a process that dies of an error: says so in the log and removes its record. Never throws. */
  abandon(error: unknown): void;
}

export interface LifecycleKind<Context extends Lifecycle> {
  readonly startSteps: readonly Step<Context>[];
  readonly stopSteps: readonly Step<Context>[];
  create(parts: LifecycleParts): Context;
  /** Removes what others find this process by, at once. Never throws. */
  withdrawNow(context: Context): void;
}

export interface RunOptions {
  readonly environment: Environment;
  readonly clock?: Clock;
}

export function runLifecycle<Context extends Lifecycle>(
  kind: LifecycleKind<Context>,
  { environment, clock = systemClock }: RunOptions,
): RunningInstance {
  const faults = faultsOf(environment.env);
  const stopping = new AbortController();
  const context = kind.create({
    environment,
    clock,
    instanceId: newInstanceId(),
    token: newToken(),
    tickMs: tickMsOf(environment.env),
    requestStop: (reason) => stopping.abort(new AgentBrainError('SHUTTING_DOWN', `The instance stops: ${reason}`, { data: { reason } })),
  });

  const live = async (): Promise<{ clean: boolean }> => {
    const onUndoError = (step: string, error: unknown): void =>
      context.log.error({ step, err: error }, 'a step of the start could not be taken back');
    const onDone = (step: string, durationMs: number): void => void (context.startMs[step] = Math.round(durationMs * 10) / 10);
    await runStart(kind.startSteps, context, { faults, signal: stopping.signal, onDone, onUndoError });
    if (!stopping.signal.aborted) await new Promise((resolve) => stopping.signal.addEventListener('abort', resolve, { once: true }));
    return await stopInOrder(kind.stopSteps, context, (stopping.signal.reason as AgentBrainError).message, faults);
  };
  return {
    ended: live(),
    stop: context.requestStop,
    abandon(error) {
      context.log.fatal({ err: error }, 'this instance ends by an error that nobody caught');
      kind.withdrawNow(context);
    },
  };
}

async function stopInOrder<Context extends Lifecycle>(
  steps: readonly Step<Context>[],
  context: Context,
  reason: string,
  faults: Faults,
): Promise<{ clean: boolean }> {
  context.isStopping = true;
  context.log.info({ reason }, 'stopping');
  const clean = await runStop(steps, context, {
    faults,
    onError: (step, error) => context.log.error({ step, err: error }, 'a step of the stop failed'),
  });
  context.log.info({ clean }, 'stopped');
  context.closeLog();
  faults.before('exit');
  return { clean };
}
