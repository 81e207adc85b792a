import { AgentBrainError } from '@agent-brain/contract/errors';
import { newInstanceId, newToken } from '@agent-brain/runtime/discovery';
import type { Environment } from '@agent-brain/runtime/project';
import { type Clock, systemClock } from '../clock/index.ts';
import { withdrawNow } from './artifacts.ts';
import { faultsOf, tickMsOf } from './faults.ts';
import { type Instance, newInstance, type ServeOptions } from './instance.ts';
import { startSteps } from './start-steps.ts';
import { runStart, runStop } from './steps.ts';
import { stopSteps } from './stop-steps.ts';

/** An instance from its first step to its last, as the process around it drives it. */
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

export interface RunOptions {
  readonly serve: ServeOptions;
  readonly environment: Environment;
  readonly clock?: Clock;
}

export function runInstance({ serve, environment, clock = systemClock }: RunOptions): RunningInstance {
  const faults = faultsOf(environment.env);
  const stopping = new AbortController();
  const instance = newInstance({
    options: serve,
    // Every part that asks for the state dir of this project gets the one that was named.
    environment: { ...environment, env: { ...environment.env, AGENT_BRAIN_STATE_DIR: serve.stateDir } },
    clock,
    instanceId: newInstanceId(),
    token: newToken(),
    tickMs: tickMsOf(environment.env),
    requestStop: (reason) => stopping.abort(new AgentBrainError('SHUTTING_DOWN', `The instance stops: ${reason}`, { data: { reason } })),
  });

  const live = async (): Promise<{ clean: boolean }> => {
    const onUndoError = (step: string, error: unknown): void =>
      instance.log.error({ step, err: error }, 'a step of the start could not be taken back');
    const onDone = (step: string, durationMs: number): void => void (instance.startMs[step] = Math.round(durationMs * 10) / 10);
    await runStart(startSteps, instance, { faults, signal: stopping.signal, onDone, onUndoError });
    if (!stopping.signal.aborted) await new Promise((resolve) => stopping.signal.addEventListener('abort', resolve, { once: true }));
    return await stopInstance(instance, (stopping.signal.reason as AgentBrainError).message, faults);
  };
  return {
    ended: live(),
    stop: instance.requestStop,
    abandon(error) {
      instance.log.fatal({ err: error }, 'this instance ends by an error that nobody caught');
      if (instance.paths !== undefined && instance.record !== undefined) withdrawNow(instance.paths, instance.record);
    },
  };
}

async function stopInstance(instance: Instance, reason: string, faults: ReturnType<typeof faultsOf>): Promise<{ clean: boolean }> {
  instance.isStopping = true;
  instance.log.info({ reason }, 'stopping');
  const clean = await runStop(stopSteps, instance, {
    faults,
    onError: (step, error) => instance.log.error({ step, err: error }, 'a step of the stop failed'),
  });
  instance.log.info({ clean }, 'stopped');
  instance.closeLog();
  faults.before('exit');
  return { clean };
}
