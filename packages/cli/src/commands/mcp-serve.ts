import { serveStdioDoor } from '@agent-brain/mcp/stdio';
import type { Call } from '../call/index.ts';
import { printableLine } from '../terminal/index.ts';

/** Serves one agent on standard input and output until it closes its end. */
export async function serveAgent({ environment, globals, program, signal, terminal }: Call): Promise<void> {
  const write = keepForProtocol(process.stdout);
  await serveStdioDoor({
    environment,
    project: globals.project,
    program,
    signal,
    stdin: process.stdin,
    write,
    onError: (error) => terminal.note(printableLine(`mcp: ${error.message}`)),
  });
  // An open pipe would keep the process alive.
  process.stdin.destroy();
}

/**
 * From now on only protocol messages reach standard output: whatever else writes there, a library that logs to the
 * console included, reaches standard error.
 * @returns the way to standard output
 */
function keepForProtocol(stdout: NodeJS.WriteStream): (text: string | Uint8Array, done: (error?: Error | null) => void) => void {
  const write = stdout.write.bind(stdout);
  stdout.write = process.stderr.write.bind(process.stderr);
  return (text, done) => void write(text, done);
}
