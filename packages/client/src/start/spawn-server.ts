import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { AgentBrainError } from '@agent-brain/contract/errors';
import type { ProvenProcess } from '../discovery/index.ts';
import type { Environment } from '@agent-brain/runtime/project';
import type { ServerProgram } from './find-program.ts';
import { serverEnvironment } from './server-environment.ts';
import type { Subject } from './subject.ts';

export interface SpawnOptions {
  readonly environment: Environment;
  /** Open for writing: stdout and stderr of the server. */
  readonly logFd: number;
}

/** A spawned server and how it ended, if it did. */
export interface SpawnedServer {
  readonly child: ChildProcess;
  /** undefined while it runs. */
  ended(): { readonly code: number | null; readonly signal: NodeJS.Signals | null } | { readonly error: Error } | undefined;
}

/**
 * Runs the server program. Its arguments carry the marker by which its identity is verified later. It works in `/`, so
 * that it keeps nobody's disk busy, and in a session of its own: Ctrl-C in the terminal is for its starter, which
 * decides what that means for it.
 */
export function spawnServer(program: ServerProgram, subject: Subject<ProvenProcess>, options: SpawnOptions): SpawnedServer {
  const child = spawn(program.command, [...program.args, 'serve', ...subject.serveArguments], {
    cwd: path.parse(subject.lockFile).root,
    detached: true,
    env: serverEnvironment(options.environment.env),
    stdio: ['ignore', options.logFd, options.logFd],
    windowsHide: true,
  });
  let end: ReturnType<SpawnedServer['ended']>;
  child.on('exit', (code, signal) => (end ??= { code, signal }));
  child.on('error', (error) => (end ??= { error }));
  return { child, ended: () => end };
}

/** How a server ended that should not have. */
export function describeEnd(end: NonNullable<ReturnType<SpawnedServer['ended']>>, program: ServerProgram): string {
  if ('error' in end) return `${program.file} could not be run: ${end.error.message}`;
  // A server ends its start in peace only when somebody has told it to stop.
  if (end.code === 0) return 'it was stopped while it started';
  return end.signal === null ? `it exited with code ${end.code}` : `it was ended by ${end.signal}`;
}

/** @throws INSTANCE_START_FAILED */
export function startFailed(
  { name, logFile, commands }: Subject<ProvenProcess>,
  why: string,
  tail: readonly string[],
  pid: number | undefined,
): AgentBrainError {
  return new AgentBrainError('INSTANCE_START_FAILED', `${name} did not become ready — ${why}`, {
    hint: `Look into ${logFile} (\`agent-brain ${commands.logs}\`).`,
    data: { log_file: logFile, log_tail: tail, ...(pid === undefined ? {} : { pid }) },
  });
}
