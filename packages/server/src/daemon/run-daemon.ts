import { withdrawDaemonNow } from '@agent-brain/runtime/daemon';
import { runLifecycle, type RunningInstance, type RunOptions } from '../lifecycle/index.ts';
import { type DaemonOptions, newDaemon } from './daemon.ts';
import { daemonStartSteps } from './start-steps.ts';
import { daemonStopSteps } from './stop-steps.ts';

/** Runs the daemon of a home. */
export function runDaemon(options: DaemonOptions, { environment, ...rest }: RunOptions): RunningInstance {
  // Every part that asks for the home gets the one that was named.
  const ofHome = { ...environment, env: { ...environment.env, AGENT_BRAIN_HOME: options.home } };
  return runLifecycle(
    {
      startSteps: daemonStartSteps,
      stopSteps: daemonStopSteps,
      create: (parts) => newDaemon(options, parts),
      withdrawNow({ paths, record }) {
        if (record !== undefined) withdrawDaemonNow(paths, record);
      },
    },
    { ...rest, environment: ofHome },
  );
}
