import type { Faults } from './faults.ts';

/** One step of a start or a stop. Its name is what logs and fault tests call it. */
export interface Step<Context> {
  readonly name: string;
  run(context: Context): Promise<void> | void;
  /** Takes back what `run` did, for a start that fails at a later step. */
  undo?(context: Context): Promise<void> | void;
}

export interface StartRun {
  readonly faults: Faults;
  /** Ends the start before its next step. */
  readonly signal: AbortSignal;
  onDone(step: string, durationMs: number): void;
  /** An undo failed; the others run all the same. */
  onUndoError(step: string, error: unknown): void;
}

/**
 * Runs the steps of a start in order. One that fails takes back all before it, last first.
 *
 * @throws what the step threw, or the signal's reason
 */
export async function runStart<Context>(steps: readonly Step<Context>[], context: Context, run: StartRun): Promise<void> {
  const done: Step<Context>[] = [];
  try {
    for (const step of steps) {
      run.signal.throwIfAborted();
      run.faults.before(step.name);
      const since = performance.now();
      await step.run(context);
      done.unshift(step);
      run.onDone(step.name, performance.now() - since);
    }
  } catch (error) {
    for (const step of done) {
      try {
        await step.undo?.(context);
      } catch (undoError) {
        run.onUndoError(step.name, undoError);
      }
    }
    throw error;
  }
}

/**
 * Runs all steps of a stop, also after one has failed: whoever cannot close the store still must give
 * the lock back.
 *
 * @returns whether all of them succeeded
 */
export async function runStop<Context>(
  steps: readonly Step<Context>[],
  context: Context,
  { faults, onError }: { faults: Faults; onError(step: string, error: unknown): void },
): Promise<boolean> {
  let succeeded = true;
  for (const step of steps) {
    faults.before(step.name);
    try {
      await step.run(context);
    } catch (error) {
      succeeded = false;
      onError(step.name, error);
    }
  }
  return succeeded;
}
