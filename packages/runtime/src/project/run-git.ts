import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import path from 'node:path';
import { type Environment, variable } from './environment.ts';

export type GitAnswer = { state: 'ok'; output: string } | { state: 'failed' } | { state: 'missing' } | { state: 'timeout' };

export interface GitCall {
  args: readonly string[];
  /** Directory to run in; must be canonical. */
  directory: string;
  timeoutMs: number;
}

const MAX_OUTPUT_BYTES = 64 * 1024;

/**
 * Asks git a question and never waits longer than `timeoutMs`, also when git or a helper of git hangs: git gets a
 * process group of its own, which is killed as a whole. Never throws.
 *
 * The directory may hold a hostile repository. Nothing that it configures may run (`core.fsmonitor` is the only hook
 * of the questions asked here), the caller's `GIT_DIR` and friends must not redirect the question, and `git` is never
 * taken from a relative entry of PATH, which would be the repository's own file.
 */
export async function runGit(call: GitCall, environment: Environment): Promise<GitAnswer> {
  const program = findProgram(environment.platform === 'win32' ? 'git.exe' : 'git', environment);
  if (program === undefined) return { state: 'missing' };
  const child = start(program, call, environment);
  return child === undefined ? { state: 'failed' } : await answerOf(child, call.timeoutMs);
}

function start(program: string, call: GitCall, environment: Environment): ChildProcess | undefined {
  try {
    return spawn(program, ['-c', 'core.fsmonitor=false', ...call.args], {
      cwd: call.directory,
      env: gitEnvironment(environment),
      stdio: ['ignore', 'pipe', 'ignore'],
      detached: environment.platform !== 'win32',
      windowsHide: true,
    });
  } catch {
    return undefined; // the system refuses what it does not report as an event: an environment that is too large
  }
}

function answerOf(child: ChildProcess, timeoutMs: number): Promise<GitAnswer> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const settle = (answer: GitAnswer): void => {
      clearTimeout(timer);
      resolve(answer);
    };
    const giveUp = (answer: GitAnswer): void => {
      killGroup(child);
      // A process in uninterruptible sleep outlives its SIGKILL; it must not keep us alive.
      child.stdout?.destroy();
      child.unref();
      settle(answer);
    };
    const timer = setTimeout(() => giveUp({ state: 'timeout' }), timeoutMs);
    child.stdout?.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > MAX_OUTPUT_BYTES) giveUp({ state: 'failed' });
      else chunks.push(chunk);
    });
    child.on('error', () => settle({ state: 'failed' }));
    child.on('close', (code) => settle(code === 0 ? { state: 'ok', output: Buffer.concat(chunks).toString('utf8') } : { state: 'failed' }));
  });
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    child.kill('SIGKILL'); // no group of its own: Windows, or it has just ended
  }
}

/** What a user sets to make git work at all; every other GIT_ variable would change what is asked. */
const keptVariables = new Set(['GIT_EXEC_PATH', 'GIT_CONFIG_GLOBAL', 'GIT_CONFIG_SYSTEM', 'GIT_CONFIG_NOSYSTEM']);

function gitEnvironment(environment: Environment): NodeJS.ProcessEnv {
  const kept = Object.entries(environment.env).filter(([name]) => !name.startsWith('GIT_') || keptVariables.has(name));
  return {
    ...Object.fromEntries(kept),
    LC_ALL: 'C',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_TERMINAL_PROMPT: '0',
    // A mounted subdirectory belongs to the repository around it, whether or not git is there to say so.
    GIT_DISCOVERY_ACROSS_FILESYSTEM: '1',
  };
}

/** The first executable of that name in the absolute directories of PATH. */
function findProgram(name: string, environment: Environment): string | undefined {
  const delimiter = environment.platform === 'win32' ? ';' : ':';
  return (variable(environment, 'PATH') ?? '')
    .split(delimiter)
    .filter((directory) => path.isAbsolute(directory))
    .map((directory) => path.join(directory, name))
    .find(isExecutableFile);
}

function isExecutableFile(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
