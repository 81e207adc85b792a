import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import path from 'node:path';

export type GitAnswer =
  | { readonly state: 'ok'; readonly output: string }
  | { readonly state: 'missing' }
  | { readonly state: 'timeout' }
  /** `reason`: what git said last, or how it ended. */
  | { readonly state: 'failed'; readonly reason: string };

export interface GitOptions {
  /** Of the process that asks. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Longest wait, in milliseconds. */
  readonly timeoutMs: number;
  /** Default: that of this process. */
  readonly platform?: NodeJS.Platform;
}

const MAX_OUTPUT_BYTES = 64 * 1024;
const MAX_COMPLAINT_BYTES = 2048;
/** Of the address space of git, in KiB; it takes some 20 MB for what it is asked here. */
const MAX_MEMORY_KIB = 512 * 1024;

/**
 * Stands in the arguments of every git that Agent Brain starts, with the pid of the process that asks: `doctor` finds
 * those that have outlived it.
 */
export const OWNER_SETTING = 'agentbrain.owner';

/**
 * Asks git a question and never waits longer than `timeoutMs`, also when git or a helper of git hangs. Never throws.
 *
 * The only place that starts git. It is never run in a repository: what a repository says is read from its files
 * (`repositoryAt`, `readGitIndex`), because its configuration, index and ignore files are foreign and git would follow
 * them anywhere, `/dev/zero` included. What remains are questions about git itself and about the user's own settings.
 *
 * Even so nothing may run or be reached but git: no monitor, hook, pager, helper, alias, prompt or network; no variable
 * of the caller redirects it, and it is never taken from a relative entry of PATH.
 */
export async function runGit(args: readonly string[], options: GitOptions): Promise<GitAnswer> {
  const platform = options.platform ?? process.platform;
  const program = findProgram(platform === 'win32' ? 'git.exe' : 'git', options.env, platform);
  if (program === undefined) return { state: 'missing' };
  const [command, commandArgs] = watched(platform, [program, ...hardening, '-c', `${OWNER_SETTING}=${process.pid}`, ...args]);
  try {
    const child = spawn(command, commandArgs, {
      cwd: path.parse(process.execPath).root,
      env: gitEnvironment(options.env),
      stdio: ['pipe', 'pipe', 'pipe'],
      // A process group of its own, so that what git has started ends with it.
      detached: platform !== 'win32',
      windowsHide: true,
    });
    return await answerOf(child, options.timeoutMs);
  } catch (error) {
    // The system refuses what it does not report as an event: an environment that is too large.
    return { state: 'failed', reason: error instanceof Error ? error.message : String(error) };
  }
}

const hardening: readonly string[] = [
  'core.fsmonitor=false',
  `core.hooksPath=/dev/null`,
  'core.askPass=',
  'core.sshCommand=false',
  'core.editor=false',
  'core.alternateRefsCommand=',
  'credential.helper=',
  'protocol.allow=never',
  'safe.bareRepository=explicit',
]
  .flatMap((setting) => ['-c', setting])
  .concat('--no-pager', '--no-optional-locks', '--no-replace-objects');

/**
 * Ends with this process, however that ends: a `kill -9` closes the pipe to the shell's watchdog, whose read then returns
 * and which kills the process group. The system's own way (PR_SET_PDEATHSIG) exists on Linux alone, and needs a program
 * that not every machine has. Also limits memory where the shell can (not on macOS). On Windows git runs as it is.
 */
function watched(platform: NodeJS.Platform, command: readonly string[]): [string, readonly string[]] {
  if (platform === 'win32') return [command[0] as string, command.slice(1)];
  return ['/bin/sh', ['-c', watchdog, 'sh', String(MAX_MEMORY_KIB), ...command]];
}

const watchdog = [
  'exec 3<&0 </dev/null',
  '{ read -r _ <&3; kill -KILL 0; } >/dev/null 2>&1 &',
  'exec 3<&-',
  'ulimit -v "$1" 2>/dev/null',
  'shift',
  'exec "$@"',
].join('\n');

function answerOf(child: ChildProcess, timeoutMs: number): Promise<GitAnswer> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    let complaint = '';
    const settle = (answer: GitAnswer): void => {
      clearTimeout(timer);
      resolve(answer);
    };
    const giveUp = (answer: GitAnswer): void => {
      endGroup(child);
      settle(answer);
    };
    const timer = setTimeout(() => giveUp({ state: 'timeout' }), timeoutMs);
    // Ended before it has read: not our trouble, and an error nobody listens for would end this process.
    child.stdin?.on('error', () => {});
    child.stdout?.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > MAX_OUTPUT_BYTES) giveUp({ state: 'failed', reason: `git printed more than ${MAX_OUTPUT_BYTES} bytes` });
      else chunks.push(chunk);
    });
    child.stderr?.on('data', (chunk: Buffer) => {
      if (complaint.length < MAX_COMPLAINT_BYTES) complaint = (complaint + chunk.toString('utf8')).slice(0, MAX_COMPLAINT_BYTES);
    });
    child.on('error', (error) => settle({ state: 'failed', reason: error.message }));
    // The watchdog goes when the pipe does.
    child.on('exit', () => child.stdin?.destroy());
    child.on('close', (code) => {
      if (code === 0) settle({ state: 'ok', output: Buffer.concat(chunks).toString('utf8') });
      else settle({ state: 'failed', reason: complaint.trim() || `git ended with ${String(code)}` });
    });
  });
}

/** Kills git and its children, and waits for none that does not die: one in uninterruptible sleep keeps our pipes open. */
function endGroup(child: ChildProcess): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  } catch {
    child.kill('SIGKILL'); // no group of its own: Windows, or it has just ended
  }
  for (const pipe of [child.stdin, child.stdout, child.stderr]) pipe?.destroy();
  child.unref();
}

/** What a user sets to make git work at all; every other GIT_ variable would change what is asked. */
const keptVariables = new Set(['GIT_EXEC_PATH', 'GIT_CONFIG_GLOBAL', 'GIT_CONFIG_SYSTEM', 'GIT_CONFIG_NOSYSTEM']);

function gitEnvironment(env: GitOptions['env']): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(([name]) => !name.toUpperCase().startsWith('GIT_') || keptVariables.has(name));
  return {
    ...Object.fromEntries(kept),
    LC_ALL: 'C',
    // No repository at all: none around the working directory, and none that another variable names.
    GIT_DIR: process.platform === 'win32' ? 'NUL' : '/dev/null',
    GIT_ALLOW_PROTOCOL: 'none',
    GIT_NO_LAZY_FETCH: '1',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_TERMINAL_PROMPT: '0',
    GIT_ASKPASS: '',
  };
}

/** The first executable of that name in the absolute directories of PATH. */
function findProgram(name: string, env: GitOptions['env'], platform: NodeJS.Platform): string | undefined {
  return (env['PATH'] ?? '')
    .split(platform === 'win32' ? ';' : ':')
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
