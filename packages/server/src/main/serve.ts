import { asAgentBrainError, toProblem } from '@agent-brain/contract/errors';
import { type Environment, processEnvironment } from '@agent-brain/runtime/project';
import type { RunningInstance } from '../lifecycle/index.ts';
import { exit } from './exit.ts';
import { type ServeArguments, serveArguments } from './serve-arguments.ts';

/** 128 + the signal's number, as shells say it. */
const EXIT_BY_SIGNAL = { SIGTERM: 143, SIGINT: 130, SIGHUP: 129 } as const;

/**
 * The hidden command `agent-brain serve`: runs one instance, of a project or of a home, until it is told to stop, then
 * ends the process. Exit 0 after a clean stop; a start that fails prints its problem document as one line on
 * stderr and exits by the kind of the error.
 */
export async function serve(argv: readonly string[]): Promise<void> {
  // Whoever started us may be gone, and with it the other end of our output.
  process.stdout.on('error', () => {});
  process.stderr.on('error', () => {});
  try {
    const instance = await run(serveArguments(argv), processEnvironment());
    obeySignals(instance);
    dieOfUncaughtErrors(instance);
    const { clean } = await instance.ended;
    exit(clean ? 0 : 1);
  } catch (thrown) {
    const error = asAgentBrainError(thrown);
    if (error.code === 'SHUTTING_DOWN') exit(0);
    process.stderr.write(`${JSON.stringify(toProblem(error))}\n`);
    if (error.code === 'INTERNAL') process.stderr.write(`${String(error.cause instanceof Error ? error.cause.stack : error.stack)}\n`);
    exit(error.exitCode);
  }
}

async function run({ mode, options }: ServeArguments, environment: Environment): Promise<RunningInstance> {
  if (mode === 'shared') return (await import('../daemon/index.ts')).runDaemon(options, { environment });
  return (await import('../lifecycle/index.ts')).runInstance(options, { environment });
}

/** The first signal stops in order; a second one is somebody who will not wait. */
function obeySignals(instance: RunningInstance): void {
  let asked = false;
  for (const signal of Object.keys(EXIT_BY_SIGNAL) as (keyof typeof EXIT_BY_SIGNAL)[]) {
    process.on(signal, () => {
      if (asked) exit(EXIT_BY_SIGNAL[signal]);
      asked = true;
      instance.stop(`received ${signal}`);
    });
  }
}

/** What state the process is in nobody knows then; the kernel frees the lock, and the next start cleans up. */
function dieOfUncaughtErrors(instance: RunningInstance): void {
  process.on('uncaughtException', (error) => {
    instance.abandon(error);
    exit(1);
  });
}
