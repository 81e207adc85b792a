import { withdrawNow } from './artifacts.ts';
import { newInstance, type ServeOptions } from './instance.ts';
import { runLifecycle, type RunningInstance, type RunOptions } from './run-lifecycle.ts';
import { startSteps } from './start-steps.ts';
import { stopSteps } from './stop-steps.ts';

/** Runs the server of one project. */
export function runInstance(serve: ServeOptions, { environment, ...options }: RunOptions): RunningInstance {
  // Every part that asks for the state dir of this project gets the one that was named.
  const ofProject = { ...environment, env: { ...environment.env, AGENT_BRAIN_STATE_DIR: serve.stateDir } };
  return runLifecycle(
    {
      startSteps,
      stopSteps,
      create: (parts) => newInstance(serve, parts),
      withdrawNow({ paths, record }) {
        if (paths !== undefined && record !== undefined) withdrawNow(paths, record);
      },
    },
    { ...options, environment: ofProject },
  );
}
