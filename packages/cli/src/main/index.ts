import fs from 'node:fs';
import { isatty } from 'node:tty';
import { AgentBrainError } from '@agent-brain/contract/errors';
import { processEnvironment } from '@agent-brain/runtime/project';
import { guessGlobals } from '../command-line/index.ts';
import { renderError, renderProblem } from '../render/index.ts';
import { Interruption } from './interruption.ts';
import { runCli } from './run-cli.ts';

/**
 * The command line of this process. The only place that exits.
 * @param program absolute path of the program that was run
 */
export async function main(argv: readonly string[], program: string): Promise<void> {
  outliveReaders(argv);
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

/**
 * `agent-brain … | head` closes the pipe early: that is no error of ours, and nobody reads the rest. Output that cannot be
 * written for another reason (a full device) is lost, which has to be said and has to fail.
 */
function outliveReaders(argv: readonly string[]): void {
  for (const [stream, name] of [
    [process.stdout, 'standard output'],
    [process.stderr, 'standard error'],
  ] as const) {
    stream.on('error', (cause: NodeJS.ErrnoException) => {
      if (cause.code === 'EPIPE') process.exit();
      const error = outputError(name, cause);
      // Synchronous, past the stream: standard error may be what failed, and then nobody can be told.
      try {
        fs.writeSync(2, `${guessGlobals(argv).json ? renderProblem(error) : renderError(error, (_format, text) => text, false)}\n`);
      } catch {}
      process.exit(error.exitCode);
    });
  }
}

function outputError(name: string, cause: NodeJS.ErrnoException): AgentBrainError {
  const code = cause.code === 'ENOSPC' || cause.code === 'EDQUOT' ? 'DISK_FULL' : 'FILE_UNWRITABLE';
  return new AgentBrainError(code, `Cannot write the result to ${name} — ${cause.message}`, {
    hint: 'Send the output to a place that has room. What the command did is done.',
    cause,
  });
}

async function readInput(): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of process.stdin) parts.push(part as Buffer);
  return Buffer.concat(parts).toString('utf8');
}
