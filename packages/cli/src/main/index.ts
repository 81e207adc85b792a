import { isatty } from 'node:tty';
import { processEnvironment } from '@agent-brain/runtime/project';
import { Interruption } from './interruption.ts';
import { runCli } from './run-cli.ts';

/**
 * The command line of this process. The only place that exits.
 * @param program absolute path of the program that was run
 */
export async function main(argv: readonly string[], program: string): Promise<void> {
  outliveReaders();
  const code = await runCli(argv, {
    environment: processEnvironment(),
    program,
    stdout: process.stdout,
    stderr: process.stderr,
    stdinIsTTY: isatty(0),
    readInput,
    signal: interruptions(),
    now: () => new Date(),
  });
  process.exitCode = code;
}

/** The first signal asks the command to end; a second one, or a command that does not listen, ends the process. */
function interruptions(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      const interruption = new Interruption(name);
      if (controller.signal.aborted) process.exit(interruption.exitCode);
      controller.abort(interruption);
    });
  }
  return controller.signal;
}

/** `agent-brain … | head` closes the pipe early: that is no error of ours, and nobody reads the rest. */
function outliveReaders(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
      process.exit();
    });
  }
}

async function readInput(): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of process.stdin) parts.push(part as Buffer);
  return Buffer.concat(parts).toString('utf8');
}
